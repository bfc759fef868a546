import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { constants as system } from 'node:os';
import type koffi from 'koffi';
import type { FileAttempt, LockFile, LockedFile } from './lock-file.ts';

/** flock(2): 0, or the errno of the failure. */
export type Flock = (fd: number, operation: number) => number;

/** sys/file.h, the same on Linux and macOS. */
export const LOCK_EX_NB = 2 | 4;
export const LOCK_UN = 8;

const { EWOULDBLOCK, EINTR, ENOLCK, EOPNOTSUPP, ENOTSUP, ENOSYS, EINVAL } = system.errno;
/** An NFS mount without a lock service, Lustre without `-o flock`, FUSE: there, flock is not to be had. */
const UNSUPPORTED: readonly number[] = [ENOLCK, EOPNOTSUPP, ENOTSUP, ENOSYS, EINVAL];

/**
 * Locks with flock(2), which belongs to the open file: it ends with the process, however that ends. Children
 * don't inherit it, because Node opens every file O_CLOEXEC (libuv, uv_fs_open).
 */
export function createFlock(flock: Flock): LockFile {
  return (path) => {
    const fd = open(path);
    let attempt: FileAttempt | null = null;
    try {
      attempt = locked(path, fd, flock);
      return attempt;
    } finally {
      if (attempt?.kind !== 'locked') closeSync(fd);
    }
  };
}

/**
 * libc's flock through koffi, loaded by the first call. Where the library cannot be loaded there is no such
 * lock, which is what the folder is for.
 */
export function systemFlock(platform: NodeJS.Platform): Flock {
  let loaded: Flock | null = null;
  return (fd, operation) => {
    loaded ??= loadFlock(platform);
    return loaded(fd, operation);
  };
}

function locked(path: string, fd: number, flock: Flock): FileAttempt {
  const errno = tryFlock(fd, flock);
  if (errno === EWOULDBLOCK) return { kind: 'taken' };
  if (UNSUPPORTED.includes(errno)) return { kind: 'unsupported' };
  if (errno !== 0) throw new Error(`${path} could not be locked (errno ${errno})`);
  // Somebody removed the file between open and lock: others lock the new one, so this is nobody's lock.
  if (statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(fd).ino) return { kind: 'taken' };
  return { kind: 'locked', file: lockedFile(fd, flock) };
}

function lockedFile(fd: number, flock: Flock): LockedFile {
  return {
    write(text) {
      // In this order nobody finds the file empty while it is held; a longer rest makes no valid note.
      writeSync(fd, text, 0);
      ftruncateSync(fd, Buffer.byteLength(text));
    },
    release() {
      try {
        ftruncateSync(fd, 0);
        // Not by closing alone: a child between fork and exec still has the file.
        flock(fd, LOCK_UN);
      } finally {
        closeSync(fd);
      }
    },
  };
}

function tryFlock(fd: number, flock: Flock): number {
  let errno = flock(fd, LOCK_EX_NB);
  for (let again = 0; errno === EINTR && again < 10; again++) errno = flock(fd, LOCK_EX_NB);
  return errno;
}

function open(path: string): number {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let fd: number;
  try {
    fd = openSync(path, flags, 0o600);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ELOOP' ? 'it is a symlink' : (code ?? 'unknown error');
    throw new Error(`the lock file ${path} cannot be used: ${why}`, { cause });
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error(`the lock file ${path} cannot be used: it is no plain file`);
    if (stat.uid !== process.getuid?.())
      throw new Error(`the lock file ${path} cannot be used: it belongs to another user (uid ${stat.uid})`);
    if ((stat.mode & 0o077) !== 0) fchmodSync(fd, 0o600);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function loadFlock(platform: NodeJS.Platform): Flock {
  try {
    const library = createRequire(import.meta.url)('koffi') as typeof koffi;
    const libc = library.load(platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : null);
    const flock: unknown = libc.func('int flock(int, int)');
    if (typeof flock !== 'function') throw new Error('flock is missing');
    return (fd, operation) => {
      const result: unknown = Reflect.apply(flock, undefined, [fd, operation]);
      return result === 0 ? 0 : library.errno();
    };
  } catch {
    return () => ENOSYS;
  }
}
