import {
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LockEffects } from './effects.ts';
import type { LockedFile } from './lock-file.ts';
import { isAbandoned, ownerName, ownerOf } from './owner.ts';

/** Milliseconds between two signs of life of a holder. */
export const BEAT = 5_000;

export type FolderAttempt =
  | { readonly kind: 'locked'; readonly file: LockedFile }
  /** `note`: where the holder's note is; null when it is just changing. */
  | { readonly kind: 'taken'; readonly note: string | null };

/**
 * The lock where files cannot be locked: a folder `<path>.d` with one file in it, whose name says who holds
 * the lock and whose modification time is the holder's last beat. No file in it: the lock is free.
 *
 * Nobody ever finds it half made: it is prepared under another name and renamed, which fails when there is
 * already a file in it. An abandoned one is taken over by renaming that file to one's own name: of several
 * takers only one finds it under the old name, and nobody can take from a holder other than the one judged.
 */
export function attemptFolder(path: string, text: string, effects: LockEffects): FolderAttempt {
  const target = `${path}.d`;
  const name = ownerName(effects.processes.own, effects.random());
  const draft = `${target}.${name}`;
  mkdirSync(draft, { mode: 0o700 });
  try {
    writeFileSync(join(draft, name), text, { mode: 0o600, flag: 'wx' });
    effects.touch(join(draft, name));
    // By the file server's clock, as all beats are.
    const now = statSync(join(draft, name)).mtimeMs;
    for (let round = 0; round < 3; round++) {
      const holder = holderOf(target);
      if (holder === null) {
        if (place(draft, target, name)) {
          sweep(path, now, effects);
          return { kind: 'locked', file: lockedFile(target, name, effects) };
        }
      } else if (!isAbandoned(holder, now, effects.processes)) {
        return { kind: 'taken', note: join(target, holder.name) };
      } else if (takeOver(target, holder.name, name, text, effects)) {
        return { kind: 'locked', file: lockedFile(target, name, effects) };
      }
    }
    return { kind: 'taken', note: null };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function holderOf(target: string): { name: string; beat: number } | null {
  const stat = lstatSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (!stat.isDirectory()) throw new Error(`the lock ${target} cannot be used: it is a symlink or a file`);
  for (const name of tolerant(() => readdirSync(target), ['ENOENT']) ?? []) {
    // NFS keeps a removed file that somebody still reads, under a name of its own: no holder.
    if (ownerOf(name) === null) continue;
    const file = statSync(join(target, name), { throwIfNoEntry: false });
    if (file !== undefined) return { name, beat: file.mtimeMs };
  }
  return null;
}

function place(draft: string, target: string, name: string): boolean {
  const notEmpty = ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'];
  // Windows renames no folder over an empty one; a folder that is not empty stays in any case.
  tolerant(() => rmdirSync(target), notEmpty);
  tolerant(() => renameSync(draft, target), notEmpty);
  // By looking: an NFS server's answer can get lost, and the repeated request fails after the first was done.
  return existsSync(join(target, name));
}

/** The old file is fresh before it gets the new name, so nobody can judge the new holder by the old beat. */
function takeOver(target: string, from: string, to: string, text: string, effects: LockEffects): boolean {
  const own = join(target, to);
  tolerant(() => {
    effects.touch(join(target, from));
    renameSync(join(target, from), own);
  }, ['ENOENT']);
  if (!existsSync(own)) return false;
  tolerant(() => rewrite(own, text), ['ENOENT']);
  return existsSync(own);
}

function lockedFile(target: string, name: string, effects: LockEffects): LockedFile {
  const own = join(target, name);
  let stop = effects.clock.after(BEAT, beat);
  function beat(): void {
    try {
      effects.touch(own);
    } catch (error) {
      // Taken over while this machine slept. Anything else may pass.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    }
    stop = effects.clock.after(BEAT, beat);
  }
  return {
    write: (text) => void tolerant(() => rewrite(own, text), ['ENOENT']),
    release() {
      stop();
      if (tolerant(() => (unlinkSync(own), true), ['ENOENT']) === undefined) return;
      // Fails when the next holder is in it already.
      tolerant(() => rmdirSync(target), ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);
    },
  };
}

/** Drafts of processes that were killed while they tried. */
function sweep(path: string, now: number, effects: LockEffects): void {
  const folder = join(path, '..');
  const prefix = `${path}.d.`.slice(folder.length + 1);
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(prefix)) continue;
    const name = entry.slice(prefix.length);
    const beat = statSync(join(folder, entry), { throwIfNoEntry: false })?.mtimeMs;
    if (ownerOf(name) === null || beat === undefined) continue;
    if (isAbandoned({ name, beat }, now, effects.processes))
      rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

function rewrite(path: string, text: string): void {
  const fd = openSync(path, 'r+');
  try {
    writeSync(fd, text, 0);
    ftruncateSync(fd, Buffer.byteLength(text));
  } finally {
    closeSync(fd);
  }
}

/** Undefined when it fails with one of these codes: somebody else was faster. */
function tolerant<T>(run: () => T, codes: readonly string[]): T | undefined {
  try {
    return run();
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
