import { randomBytes } from 'node:crypto';
import { constants, lstatSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { settledStamp } from '../file-stamp.ts';

/** A small text that is read and replaced as a whole. */
export interface TextFile {
  /** Null: there is none. @throws when it cannot be read or is not to be trusted. */
  read(): Promise<string | null>;
  /**
   * Names what is there now: the same name later means the same file, contents and permissions. Null: that
   * cannot be said, so read it. Synchronous: one look, where a reading is five turns through libuv's threads.
   */
  stamp(): string | null;
  /** All or nothing. @throws when it was not written. */
  write(text: string): Promise<void>;
  /** Moves what is there out of the way, for a person to look at; resolves to where it is kept. */
  setAside(): Promise<string>;
}

/** Somebody else could have written the file, so that what it says counts for nothing. */
export class UntrustedFileError extends Error {
  override readonly name = 'UntrustedFileError';
}

const MAX_BYTES = 1_000_000;

/**
 * The file at `path`, 0600 in a folder made 0700. Written beside and renamed, so that a crash leaves the old
 * or the new text; read only when it is a regular file that nobody but this user can write, because its
 * rules decide who gets tokens.
 *
 * @param now milliseconds since the epoch
 */
export function openTextFile(path: string, now: () => number): TextFile {
  return {
    read: () => readTrusted(path),
    stamp: () => stampAt(path, now()),
    write: async (text) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const beside = `${path}.${randomBytes(6).toString('hex')}.new`;
      try {
        const file = await open(beside, 'wx', 0o600);
        try {
          await file.writeFile(text);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(beside, path);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    },
    setAside: async () => {
      const kept = `${path}.corrupt-${now()}`;
      await rename(path, kept);
      return kept;
    },
  };
}

/** The same in memory: for agents that keep nothing, and for tests. */
export function memoryTextFile(
  text: string | null = null,
): TextFile & { text: string | null; aside: string[] } {
  const file = {
    text,
    aside: [] as string[],
    read: () => Promise.resolve(file.text),
    stamp: () => null,
    write: (next: string) => {
      file.text = next;
      return Promise.resolve();
    },
    setAside: () => {
      if (file.text !== null) file.aside.push(file.text);
      file.text = null;
      return Promise.resolve('memory');
    },
  };
  return file;
}

async function readTrusted(path: string): Promise<string | null> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === 'ELOOP') throw new UntrustedFileError('it is a symlink');
    throw error;
  });
  if (file === null) return null;
  try {
    // Asked of the open file, so that nothing can be put in its place between the question and the reading.
    const stat = await file.stat();
    const uid = process.getuid?.();
    if (!stat.isFile()) throw new UntrustedFileError('it is no regular file');
    if (stat.size > MAX_BYTES) throw new UntrustedFileError('it is larger than 1 MB');
    if (uid !== undefined && stat.uid !== uid) throw new UntrustedFileError('it belongs to another user');
    if (uid !== undefined && (stat.mode & 0o022) !== 0)
      throw new UntrustedFileError('others can write to it');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function stampAt(path: string, now: number): string | null {
  try {
    return settledStamp(lstatSync(path, { bigint: true }), now);
  } catch {
    return null;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
