import { createRequire } from 'node:module';
import { createConnection, Socket } from 'node:net';
import { endianness } from 'node:os';
import type koffi from 'koffi';

/** Node before 22 fills an abstract name with zeros up to the end of `sun_path`, which makes it another name. */
const KNOWS_ABSTRACT = Number.parseInt(process.versions.node, 10) >= 22;

/**
 * A connection to a message bus of this machine. The bus of a dbus-launch or dbus-run-session before 1.14 (Ubuntu 22.04,
 * Debian 11) has an abstract name.
 *
 * @param path of its socket; a name in Linux's abstract namespace starts with NUL
 * @param native whether Node's own way is right for such a name
 */
export function connectToBus(path: string, native = KNOWS_ABSTRACT): Socket {
  const descriptor = native || !path.startsWith('\0') ? null : connectExactly(path);
  // Node's own way says what is wrong, too.
  return descriptor === null
    ? createConnection(path)
    : new Socket({ fd: descriptor, readable: true, writable: true });
}

const [AF_UNIX, SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC] = [1, 1, 0o4000, 0o2000000];

/** socket(2) and connect(2) through koffi (unix(7), "Abstract sockets"). Null when there is nobody. */
function connectExactly(path: string): number | null {
  try {
    const library = createRequire(import.meta.url)('koffi') as typeof koffi;
    const libc = library.load(null);
    const socket = libc.func('int socket(int, int, int)') as (...words: number[]) => number;
    const connect = libc.func('int connect(int, void *, unsigned int)') as (
      fd: number,
      address: Buffer,
      length: number,
    ) => number;
    const close = libc.func('int close(int)') as (fd: number) => number;
    const family = Buffer.from(endianness() === 'LE' ? [AF_UNIX, 0] : [0, AF_UNIX]);
    const address = Buffer.concat([family, Buffer.from(path)]);
    const fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return null;
    if (connect(fd, address, address.length) === 0) return fd;
    close(fd);
  } catch {
    // Without the library there is no such bus.
  }
  return null;
}
