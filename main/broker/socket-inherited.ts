import { chmodSync, fstatSync, lstatSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { BACKLOG } from './socket-file.ts';
import { BrokerStartError } from './start-error.ts';

/** The kernel’s list of local sockets of this network namespace (proc(5)). */
const LIST = '/proc/net/unix';
/** `__SO_ACCEPTCON`: somebody has called listen(2). */
const LISTENING = 0x1_0000;
const STREAM = '0001';

/**
 * Listens on a socket that a service manager made at `path`, in a folder that `ensureSocketFolder` has judged. The
 * name that the socket was bound to, and the file that stands there now, are held to the same as of a socket of our
 * own: this very path, our user, mode 0600 (a wider one is taken away before the first client is accepted).
 *
 * @returns does nothing: the file is the service manager’s, and the next agent’s
 * @throws BrokerStartError `socket-inherited`, `socket-foreign`
 */
export async function listenAtInherited(
  server: Server,
  fd: number,
  path: string,
  uid: number,
): Promise<() => void> {
  const sockets = localSockets(inodeOf(fd), fd);
  if (!sockets.some((socket) => socket.path === path)) {
    const [{ path: other } = { path: '' }] = sockets;
    // Quoted, since others’ paths may hold anything.
    throw refused(`${JSON.stringify(other)}, but this agent’s socket is ${path}`);
  }
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw refused(`${path}, whose file is gone: restart the socket unit`);
  if (!stat.isSocket() || stat.uid !== uid) {
    throw new BrokerStartError(
      'socket-foreign',
      `${path} is not a socket of this user; remove it and start again`,
    );
  }
  if ((stat.mode & 0o177) !== 0) chmodSync(path, 0o600);
  try {
    await listenOn(server, fd);
  } catch (error) {
    throw refused(`descriptor ${fd}, on which nothing can listen`, error);
  }
  return () => undefined;
}

/** @throws BrokerStartError when the descriptor is no socket */
function inodeOf(fd: number): bigint {
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isSocket()) return stat.ino;
  } catch {
    // It is closed, which is no socket either.
  }
  throw refused(`no socket as descriptor ${fd}`);
}

/**
 * What the kernel says of it. Several, where somebody bound a name with a line’s end in it that looks like another
 * line; the folder that the right one is in is ours alone.
 *
 * @throws BrokerStartError when it is no local socket that listens
 */
function localSockets(inode: bigint, fd: number): { path: string }[] {
  let text: string;
  try {
    text = readFileSync(LIST, 'utf8');
  } catch (error) {
    throw refused(`descriptor ${fd}, and this system has no ${LIST} to say what it is`, error);
  }
  const found = text.split('\n').flatMap((line) => {
    const [, flags, type, at, path = ''] =
      /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) ([0-9A-F]+) [0-9A-F]+ +(\d+)(?: (.*))?$/.exec(line) ?? [];
    return at === String(inode) ? [{ flags, type, path }] : [];
  });
  if (found.length === 0) throw refused('a network socket; the agent takes a local one');
  if (!found.some(({ flags = '', type }) => type === STREAM && (parseInt(flags, 16) & LISTENING) !== 0)) {
    throw refused(`descriptor ${fd}, a local socket that does not listen for connections`);
  }
  return found;
}

/** @throws what Node says of a descriptor that it cannot listen on */
function listenOn(server: Server, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ fd, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function refused(what: string, cause?: unknown): BrokerStartError {
  return new BrokerStartError('socket-inherited', `the service manager passed ${what}`, { cause });
}
