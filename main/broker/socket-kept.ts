import { linkSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { createPeerCredentials } from './caller/peer-credentials.ts';
import { errorCode } from './start-error.ts';

/** The kernel’s list of local sockets of this network namespace (proc(5)). */
const LIST = '/proc/net/unix';
/** `__SO_ACCEPTCON`: somebody has called listen(2). */
const LISTENING = 0x1_0000;
const STREAM = '0001';
/** The one service manager that we write units for, by the kernel’s short name of it. */
const MANAGER = 'systemd';

export interface LocalSocket {
  /** That it was bound to; it need not be where its file is now. */
  readonly path: string;
  /** Of the socket, not of its file. */
  readonly inode: string;
  readonly listens: boolean;
}

/**
 * Every local socket that has a name, or an inode asked for. A name with a line’s end in it can look like another
 * line; the folder that the right one is in is ours alone.
 *
 * @throws where the system has no such list
 */
export function localSockets(): LocalSocket[] {
  return readFileSync(LIST, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, flags, type, inode, path = ''] =
        /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) ([0-9A-F]+) [0-9A-F]+ +(\d+)(?: (.*))?$/.exec(line) ??
        [];
      if (flags === undefined || inode === undefined) return [];
      return [{ path, inode, listens: type === STREAM && (parseInt(flags, 16) & LISTENING) !== 0 }];
    });
}

/**
 * Whether a service manager made the socket at `path`, and has it still. Our own are bound under a hidden name and
 * get theirs by a link or a rename (socket-file.ts), so one that was bound to the path itself is the manager’s.
 */
export function isManagers(path: string): boolean {
  try {
    return localSockets().some((socket) => socket.path === path && socket.listens);
  } catch {
    return false;
  }
}

/**
 * Whether nobody but the service manager listens where this connection was made: no agent has taken the socket over,
 * or the last one that had is gone. The kernel tells who called listen(2) last (unix(7), SO_PEERCRED).
 *
 * @param connection to `path`, connected
 */
export function isIdle(connection: Socket, path: string): boolean {
  if (!isManagers(path)) return false;
  const listener = createPeerCredentials(process.platform)(connection);
  if (listener.kind !== 'peer') return false;
  try {
    process.kill(listener.pid, 0);
    return readFileSync(`/proc/${listener.pid}/comm`, 'utf8').trim() === MANAGER;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/** Gives the service manager’s socket a second, hidden name, under which it outlives ours in its place. */
export function setAside(path: string): void {
  rmSync(aside(path), { force: true });
  linkSync(path, aside(path));
}

/**
 * Puts it back, over ours, so that the manager starts an agent for the next who asks.
 *
 * @returns false: there is none, or the manager has let go of it
 */
export function giveBack(path: string): boolean {
  const kept = aside(path);
  if (lstatSync(kept, { throwIfNoEntry: false }) === undefined) return false;
  if (isManagers(path)) {
    renameSync(kept, path);
    return true;
  }
  rmSync(kept, { force: true });
  return false;
}

function aside(path: string): string {
  return join(dirname(path), `.${basename(path)}.kept`);
}
