import { linkSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { LOCAL_SOCKETS, type LocalSocket, parseLocalSockets } from '../local-sockets.ts';
import { createPeerCredentials } from './caller/peer-credentials.ts';
import { errorCode } from './start-error.ts';

/** The one service manager that we write units for, by the kernel’s short name of it. */
const MANAGER = 'systemd';

/** @throws where the system has no such list */
export function localSockets(): LocalSocket[] {
  return parseLocalSockets(readFileSync(LOCAL_SOCKETS, 'utf8'));
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
