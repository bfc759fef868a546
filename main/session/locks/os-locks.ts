import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LockEffects } from './effects.ts';
import type { FileAttempt, LockedFile } from './lock-file.ts';
import { attemptFolder } from './lock-folder.ts';
import { noteText, readNote } from './note.ts';
import type { HeldLock, LockAttempt, LockHolder, LockNote, Locks } from './types.ts';
import { duringLock, waitForLock } from './waiting.ts';

/**
 * The locks of one data folder: `<folder>/<name>.lock`, 0600 in 0700, locked by the operating system; where
 * it can't, a folder `<name>.lock.d` beside it. `wait` uses the clock's timers, which keep no process alive.
 *
 * Every method throws an Error that names the file when the folder or the lock's file cannot be used (a
 * symlink, another user's, read-only); a lock that somebody else has is no error.
 *
 * @param folder created when missing; its file names must be free for `<name>.lock*`
 */
export function openLocks(folder: string, effects: LockEffects): Locks {
  const held = new Set<string>();
  const { own, startOf } = effects.processes;
  let filesCanBeLocked = true;

  const holder = (about: LockNote): LockHolder => ({
    kind: about.kind,
    socket: about.socket,
    ...(about.display !== undefined && { display: about.display }),
    pid: own.pid,
    host: own.host,
    since: effects.clock.now(),
  });

  const hold = (name: string, file: LockedFile, first: LockHolder): HeldLock => {
    let released = false;
    held.add(name);
    return {
      note(about) {
        if (!released) bestEffort(() => file.write(noteText({ ...holder(about), since: first.since })));
      },
      release() {
        if (released) return;
        released = true;
        held.delete(name);
        bestEffort(() => file.release());
      },
    };
  };

  const takenBy = (note: string | null): LockAttempt => {
    const found = note === null ? null : readNote(note);
    // What a process that was killed left behind, before the next one has written its own.
    const gone = found !== null && found.host === own.host && startOf(found.pid) === null;
    return { kind: 'taken', holder: gone ? null : found };
  };

  const attempt = (name: string, about: LockNote): LockAttempt => {
    const path = pathOf(folder, name);
    ensureFolder(folder);
    const first = holder(about);
    if (filesCanBeLocked) {
      const tried: FileAttempt = effects.lockFile(path);
      if (tried.kind === 'taken') return takenBy(path);
      if (tried.kind === 'locked') {
        // A full disk costs the note, not the lock.
        bestEffort(() => tried.file.write(noteText(first)));
        return { kind: 'held', lock: hold(name, tried.file, first) };
      }
      filesCanBeLocked = false;
    }
    const tried = attemptFolder(path, noteText(first), effects);
    if (tried.kind === 'taken') return takenBy(tried.note);
    return { kind: 'held', lock: hold(name, tried.file, first) };
  };

  return {
    attempt,
    wait: (name, about, milliseconds, signal) =>
      waitForLock(() => attempt(name, about), effects.clock, milliseconds, signal),
    during: (name, run) => {
      // Waiting for oneself without the event loop would never end.
      if (held.has(name)) throw new Error(`this process holds the lock "${name}" already`);
      return duringLock(name, () => attempt(name, { kind: 'change', socket: null }), effects.sleep, run);
    },
  };
}

function pathOf(folder: string, name: string): string {
  if (!/^[\w-][\w.-]{0,99}$/.test(name)) throw new TypeError(`"${name}" cannot be the name of a lock`);
  return join(folder, `${name}.lock`);
}

/** As for every folder of ours (CHECKLIST 28): 0700, our own, and no symlink. */
function ensureFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) throw new Error(`${folder} is not a folder of its own (a symlink or a file)`);
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (stat.uid !== uid) throw new Error(`${folder} belongs to another user (uid ${stat.uid})`);
  if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

function bestEffort(run: () => void): void {
  try {
    run();
  } catch {
    // The descriptor is closed in any case; what is left is a note that the next holder replaces.
  }
}
