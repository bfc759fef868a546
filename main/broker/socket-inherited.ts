import { chmodSync, fstatSync, lstatSync } from 'node:fs';
import type { Server } from 'node:net';
import type { LocalSocket } from '../local-sockets.ts';
import { BACKLOG } from './socket-file.ts';
import { localSockets } from './socket-kept.ts';
import { BrokerStartError } from './start-error.ts';

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
  const sockets = socketsOf(inodeOf(fd), fd);
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
 * What the kernel says of it. Several, where a name looks like another line.
 *
 * @throws BrokerStartError when it is no local socket that listens
 */
function socketsOf(inode: bigint, fd: number): LocalSocket[] {
  let all: LocalSocket[];
  try {
    all = localSockets();
  } catch (error) {
    throw refused(`descriptor ${fd}, and this system has no list to say what it is`, error);
  }
  const found = all.filter((socket) => socket.inode === String(inode));
  if (found.length === 0) throw refused('a network socket; the agent takes a local one');
  if (!found.some(({ listens }) => listens)) {
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
