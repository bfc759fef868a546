import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { giveBack, isIdle, isManagers, setAside } from './socket-kept.ts';
import { BrokerStartError, errorCode } from './start-error.ts';

/** At 1,000 connects at once the kernel's default of 511 refuses some; it cuts to net.core.somaxconn. */
export const BACKLOG = 4_096;
const PROBE_MS = 2_000;

/**
 * Listens at `path`, a file in a folder that `ensureSocketFolder` made. A live socket there is never
 * touched, a dead one is replaced. One that a service manager keeps for an agent to come is no agent: ours
 * stands in its place until the end, and the manager's then again.
 *
 * With `replace` a live one is replaced too, in one step (rename, POSIX), so that no connect finds nothing:
 * only for a broker that said it retires. What was judged must still be there at that step; the folder is
 * ours alone and the agents take turns by a lock, so nothing else can come between look and rename.
 *
 * The server is bound under a hidden name and published by a hard link once its mode is 0600: nobody meets
 * it half made, two starters cannot both win, and libuv, which unlinks the name it was bound to when it
 * closes without looking whose it is, finds that name gone.
 *
 * @returns removes the socket file if it still is the one made here, and puts a service manager’s back; to be called
 *   before closing the server
 * @throws BrokerStartError `socket-foreign`, `socket-live`, `listen-failed`
 */
export async function listenAt(
  server: Server,
  path: string,
  uid: number,
  replace = false,
): Promise<() => void> {
  const judged = await judge(path, uid, replace);
  const hidden = join(dirname(path), `.${randomBytes(3).toString('hex')}`);
  await listen(server, hidden);
  try {
    chmodSync(hidden, 0o600);
    if (judged === null) publish(hidden, path);
    else publishOver(hidden, path, judged);
  } catch (error) {
    server.close();
    if (error instanceof BrokerStartError) throw error;
    throw new BrokerStartError('listen-failed', `the socket ${path} cannot be made`, { cause: error });
  }
  const mine = identityOf(path);
  return () => {
    if (mine !== null && identityOf(path) === mine && !giveBack(path)) unlinkSync(path);
  };
}

/** Named pipes are in no folder and end with their process; a taken name is a live one. */
export async function listenAtPipe(server: Server, path: string): Promise<() => void> {
  await listen(server, path);
  return () => undefined;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      const live = errorCode(error) === 'EADDRINUSE';
      reject(
        new BrokerStartError(live ? 'socket-live' : 'listen-failed', `cannot listen at ${path}`, {
          cause: error,
        }),
      );
    };
    server.once('error', failed);
    server.listen({ path, backlog: BACKLOG }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

interface Standing {
  /** Of the socket that may be replaced. */
  readonly identity: string | null;
  /** A service manager’s, to be given back. */
  readonly kept: boolean;
}

/** @returns what may be replaced; null: nothing stands at `path` now */
async function judge(path: string, uid: number, replace: boolean): Promise<Standing | null> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (!stat.isSocket() || stat.uid !== uid) {
    throw new BrokerStartError(
      'socket-foreign',
      `${path} is not a socket of this user; remove it and start again`,
    );
  }
  const probed = identityOf(path);
  const life = await lifeOf(path);
  if (life === 'idle' || (life === 'live' && replace)) {
    return { identity: probed, kept: life === 'idle' || isManagers(path) };
  }
  if (life === 'live') throw live(path);
  // Somebody else may have replaced it while it was probed; then theirs is met by `publish`.
  if (identityOf(path) === probed && probed !== null) unlinkSync(path);
  return null;
}

function publish(hidden: string, path: string): void {
  try {
    linkSync(hidden, path);
    unlinkSync(hidden);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') throw live(path);
    // File systems without hard links. The folder is ours alone, so only another start of ours could race.
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw live(path);
    renameSync(hidden, path);
  }
}

/** The retiring broker may have gone meanwhile; anything else in its place is not what we were told of. */
function publishOver(hidden: string, path: string, { identity, kept }: Standing): void {
  const now = identityOf(path);
  if (now === null) return publish(hidden, path);
  if (now !== identity) throw live(path);
  if (kept) setAside(path);
  renameSync(hidden, path);
}

/**
 * Only a refused connect proves that nobody listens; a full backlog (EAGAIN) or silence is life. `idle`: a service
 * manager listens, who would start an agent for us, and that one would find our lock taken and end.
 */
function lifeOf(path: string): Promise<'dead' | 'idle' | 'live'> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const done = (life: 'dead' | 'idle' | 'live') => {
      socket.destroy();
      resolve(life);
    };
    socket.setTimeout(PROBE_MS, () => done('live'));
    socket.once('connect', () => done(isIdle(socket, path) ? 'idle' : 'live'));
    socket.once('error', (error) => {
      const code = errorCode(error);
      done(code === 'ECONNREFUSED' || code === 'ENOENT' ? 'dead' : 'live');
    });
  });
}

function live(path: string): BrokerStartError {
  return new BrokerStartError('socket-live', `another broker answers at ${path}`);
}

/** Inode numbers are used again at once on some file systems, so the birth counts too. */
function identityOf(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`;
}
