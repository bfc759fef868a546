import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import type { ForeignStamp } from './types.ts';

/** Real ones hold a few dozen tokens of a hundred bytes. */
export const MAX_BYTES = 8 * 1024 * 1024;

export type Opened =
  | { kind: 'read'; bytes: Uint8Array; stamp: ForeignStamp; exposed: boolean }
  /** `link`: the name is a symlink; `foreign`: another user's; `odd`: no regular file. */
  | { kind: 'refused'; why: 'absent' | 'link' | 'foreign' | 'odd' | 'big' | 'unreadable' | 'changing' };

/**
 * Reads one file of another program, and decides by the opened file, not by its name, whether it may be read: a
 * regular file of this user's, of a size that makes sense. It never waits (a pipe has no bytes for us) and
 * never follows a symlink: what lies behind it may be anybody's.
 */
export async function openFile(path: string, uid: number | null): Promise<Opened> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return { kind: 'refused', why: whyNot(error) };
  }
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) return { kind: 'refused', why: 'odd' };
    if (uid !== null && before.uid !== BigInt(uid)) return { kind: 'refused', why: 'foreign' };
    if (before.size > MAX_BYTES) return { kind: 'refused', why: 'big' };
    const bytes = new Uint8Array(await file.readFile());
    const stamp = stampOf(before);
    if (!sameStamp(stamp, stampOf(await file.stat({ bigint: true })))) {
      return { kind: 'refused', why: 'changing' };
    }
    return { kind: 'read', bytes, stamp, exposed: uid !== null && (before.mode & 0o077n) !== 0n };
  } catch {
    return { kind: 'refused', why: 'unreadable' };
  } finally {
    await file.close();
  }
}

/** Whether this name still stands for the file that was read. */
export async function isStill(path: string, stamp: ForeignStamp): Promise<boolean> {
  try {
    return sameStamp(stamp, stampOf(await lstat(path, { bigint: true })));
  } catch {
    return false;
  }
}

/** Bytes of a companion of a database; 0: it is not there. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch {
    return 0;
  }
}

function whyNot(error: unknown): 'absent' | 'link' | 'odd' | 'unreadable' {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
  if (code === 'ELOOP') return 'link';
  return code === 'ENXIO' || code === 'EISDIR' ? 'odd' : 'unreadable';
}

interface Stat {
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
}

function stampOf({ dev, ino, size, mtimeNs }: Stat): ForeignStamp {
  return { device: dev, inode: ino, size, changed: mtimeNs };
}

function sameStamp(one: ForeignStamp, other: ForeignStamp): boolean {
  return (
    one.device === other.device &&
    one.inode === other.inode &&
    one.size === other.size &&
    one.changed === other.changed
  );
}
