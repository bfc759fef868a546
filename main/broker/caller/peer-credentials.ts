import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type koffi from 'koffi';

export type PeerCredentials =
  | { kind: 'peer'; pid: number; uid: number }
  /** This system's sockets carry no such thing (a Windows pipe). */
  | { kind: 'unsupported' }
  | { kind: 'unknown'; why: string };

/** Who connected, from the kernel. Synchronous, never throws; a failure is `unknown` and never a guess. */
export type ReadPeerCredentials = (socket: Socket) => PeerCredentials;

/** getsockopt(2). Null when it fails, or tells another number of bytes. */
export type GetOption = (fd: number, level: number, name: number, bytes: number) => Buffer | null;

/**
 * libc's getsockopt through koffi, which is loaded by the first call: an agent whose broker is off never
 * pays for it. The kernel's record is of the moment of connect(2) and survives what the process does later.
 */
export function createPeerCredentials(
  platform: NodeJS.Platform,
  load: (platform: NodeJS.Platform) => GetOption = loadGetOption,
  processor: NodeJS.Architecture = process.arch,
): ReadPeerCredentials {
  const read =
    platform === 'linux'
      ? readLinux(SO_PEERCRED[processor] ?? 17)
      : platform === 'darwin'
        ? readDarwin
        : null;
  if (read === null) return () => ({ kind: 'unsupported' });
  let option: GetOption | null = null;
  return (socket) => {
    const fd = descriptorOf(socket);
    if (fd === null) return { kind: 'unknown', why: 'the connection is closed' };
    try {
      option ??= load(platform);
      return read(option, fd) ?? { kind: 'unknown', why: 'the kernel names no peer' };
    } catch (error) {
      return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** Processors on which it is not 17, where that asks for something else (asm/socket.h of Linux). */
const SO_PEERCRED: { readonly [Processor in NodeJS.Architecture]?: number } = { ppc64: 21 };

/** Of SOL_SOCKET, 1: struct ucred of three 32-bit numbers (unix(7)). Pid 0: outside our namespace. */
function readLinux(peerCredentials: number): (option: GetOption, fd: number) => PeerCredentials | null {
  return (option, fd) => {
    const credentials = option(fd, 1, peerCredentials, 12);
    if (credentials === null) return null;
    const pid = credentials.readInt32LE(0);
    return pid > 0 ? { kind: 'peer', pid, uid: credentials.readUInt32LE(4) } : null;
  };
}

/** SOL_LOCAL 0, LOCAL_PEERCRED 1 (struct xucred, 76 bytes, version 0), LOCAL_PEERPID 2 (sys/un.h, sys/ucred.h). */
function readDarwin(option: GetOption, fd: number): PeerCredentials | null {
  const credentials = option(fd, 0, 1, 76);
  const pid = option(fd, 0, 2, 4)?.readInt32LE(0);
  if (credentials === null || pid === undefined || pid <= 0) return null;
  return credentials.readUInt32LE(0) === 0 ? { kind: 'peer', pid, uid: credentials.readUInt32LE(4) } : null;
}

function loadGetOption(platform: NodeJS.Platform): GetOption {
  const library = createRequire(import.meta.url)('koffi') as typeof koffi;
  const libc = library.load(platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : null);
  const getsockopt: unknown = libc.func('int getsockopt(int, int, int, void *, void *)');
  if (typeof getsockopt !== 'function') throw new Error('getsockopt is missing');
  const length = Buffer.alloc(4);
  return (fd, level, name, bytes) => {
    // From Node's pool: the kernel has written all of it when the length is right, and else nobody sees it.
    const value = Buffer.allocUnsafe(bytes);
    length.writeUInt32LE(bytes);
    const result: unknown = Reflect.apply(getsockopt, undefined, [fd, level, name, value, length]);
    return result === 0 && length.readUInt32LE(0) === bytes ? value : null;
  };
}

/** Node has no public name for a socket's descriptor: `_handle.fd`, -1 once it is closed. */
function descriptorOf(socket: Socket): number | null {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const fd: unknown = Reflect.get(handle, 'fd');
  return typeof fd === 'number' && fd >= 0 ? fd : null;
}
