import { randomBytes } from 'node:crypto';
import { constants, lstatSync, renameSync, type BigIntStats } from 'node:fs';
import { chmod, lstat, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MAX_FILE_BYTES } from './passphrase-format.ts';

export type FileRead =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly stamp: string }
  | { readonly kind: 'absent' }
  /** Not to be trusted, or not to be read; `detail` follows "The passphrase file cannot be used: ". */
  | { readonly kind: 'unreadable'; readonly detail: string };

export type FileReplaced =
  | { readonly kind: 'replaced'; readonly stamp: string }
  /** Somebody else changed it meanwhile; nothing was written over. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly detail: string };

export interface PassphraseFileOptions {
  readonly path: string;
  /** Runs the last step of a write while no other process can be in it; as it is when absent. */
  readonly alone?: ((run: () => void) => void) | undefined;
  /** Of this process; null where files have no owner of this kind (Windows). */
  readonly uid: number | null;
}

/**
 * One file for its owner alone, replaced as a whole: temporary file in the same folder, fsync, rename, fsync
 * of the folder. Whoever reads finds the old one or the new one, whenever the writer dies.
 */
export class PassphraseFile {
  readonly path: string;
  readonly #folder: string;
  readonly #alone: (run: () => void) => void;
  readonly #uid: number | null;
  /** Names of temporary files in use. */
  readonly #writing = new Set<string>();

  constructor({ path, alone, uid }: PassphraseFileOptions) {
    this.path = path;
    this.#folder = dirname(path);
    this.#alone = alone ?? ((run) => run());
    this.#uid = uid;
  }

  /** Whatever it is: a folder or a broken link of that name counts too. */
  present(): boolean {
    return this.stamp() !== null;
  }

  /** Tells one written file from the next; null when there is none. One lstat. */
  stamp(): string | null {
    try {
      const stat = lstatSync(this.path, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? null : stampOf(stat);
    } catch (error) {
      // Not told is not the same as not there: `read` says what is wrong.
      return codeOf(error);
    }
  }

  /** Own and regular, or refused; wider than 0600 is repaired (CHECKLIST 28), also the folder around it. */
  async read(): Promise<FileRead> {
    let file: FileHandle | null = null;
    try {
      const wrong = await this.#wrongFolder();
      if (wrong !== null) return { kind: 'unreadable', detail: wrong };
      // O_NOFOLLOW: no symlink; O_NONBLOCK: a pipe of that name must not make us wait for a writer.
      file = await open(this.path, constants.O_RDONLY | noFollow());
      const found = await file.stat();
      if (!found.isFile()) return { kind: 'unreadable', detail: 'it is no regular file' };
      if (this.#uid !== null) {
        if (found.uid !== this.#uid) return { kind: 'unreadable', detail: `it belongs to user ${found.uid}` };
        if ((found.mode & 0o077) !== 0) await file.chmod(0o600);
      }
      if (found.size > MAX_FILE_BYTES) return { kind: 'unreadable', detail: 'it is too large to be ours' };
      const stamp = stampOf(await file.stat({ bigint: true }));
      return { kind: 'bytes', bytes: await file.readFile(), stamp };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') return { kind: 'absent' };
      return { kind: 'unreadable', detail: code === 'ELOOP' ? 'it is a symlink' : code };
    } finally {
      await file?.close().catch(() => undefined);
    }
  }

  /** @param seen the stamp of the file that `bytes` comes after; null: there was none */
  async replace(bytes: Buffer, seen: string | null): Promise<FileReplaced> {
    const temporary = `${this.path}.${process.pid}.${randomBytes(8).toString('hex')}.tmp`;
    this.#writing.add(basename(temporary));
    try {
      const wrong = await this.#wrongFolder();
      if (wrong !== null) return { kind: 'failed', detail: wrong };
      await writeDurably(temporary, bytes);
      const replaced = this.#rename(temporary, seen);
      if (replaced.kind === 'replaced') await syncFolder(this.#folder);
      return replaced;
    } catch (error) {
      return { kind: 'failed', detail: codeOf(error) };
    } finally {
      // Gone already after a rename.
      await rm(temporary, { force: true }).catch(() => undefined);
      this.#writing.delete(basename(temporary));
    }
  }

  /** Removes what processes that died while writing left behind. Never throws. */
  async clean(): Promise<void> {
    const start = `${basename(this.path)}.`;
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      if (!name.startsWith(start)) continue;
      const pid = /^(\d{1,10})\.[0-9a-f]{16}\.tmp$/.exec(name.slice(start.length))?.[1];
      if (pid === undefined || this.#writing.has(name)) continue;
      // In a container every process may have had our number.
      if (Number(pid) !== process.pid && isAlive(Number(pid))) continue;
      await rm(join(this.#folder, name), { force: true }).catch(() => undefined);
    }
  }

  #rename(temporary: string, seen: string | null): FileReplaced {
    let replaced: FileReplaced = { kind: 'changed' };
    this.#alone(() => {
      if (this.stamp() !== seen) return;
      try {
        renameSync(temporary, this.path);
      } catch (error) {
        // Taken for a leftover by a process that does not see ours (another PID namespace): once more.
        if (codeOf(error) === 'ENOENT') return;
        throw error;
      }
      replaced = { kind: 'replaced', stamp: this.stamp() ?? '' };
    });
    return replaced;
  }

  /** Whoever may write the folder can put another file in this one's place. */
  async #wrongFolder(): Promise<string | null> {
    const stat = await lstat(this.#folder);
    if (!stat.isDirectory()) return 'its folder is a symlink or a file';
    if (this.#uid === null) return null;
    if (stat.uid !== this.#uid) return `its folder belongs to user ${stat.uid}`;
    if ((stat.mode & 0o077) !== 0) await chmod(this.#folder, 0o700);
    return null;
  }
}

function noFollow(): number {
  // Windows has neither; Node's types say otherwise.
  const { O_NOFOLLOW, O_NONBLOCK } = constants as Partial<typeof constants>;
  return (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename survive a power cut. A file system that cannot (Windows, some network ones) has its own way. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(folder, constants.O_RDONLY);
    await handle.sync();
  } catch {
    // The new file is complete in any case.
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: not ours, so not the writer.
    return codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM';
  }
}

function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}
