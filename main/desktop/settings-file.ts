import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Locks } from '../session/locks/types.ts';
import { defaultSettings } from '../settings/defaults.ts';
import { SettingsWriteError, checkedSettings, frozen } from '../settings/store.ts';
import type { Settings, SettingsStore } from '../settings/types.ts';
import { removeSettingsLeftovers, settingsLeftovers } from './settings-leftovers.ts';
import { makePrivate, readJson, readSettings, rescueSettings, salvage } from './settings-reading.ts';

/** The one property of conf and electron-store that is used: reading parses, assigning writes atomically. */
export interface StoreFile {
  store: Record<string, unknown>;
}

/**
 * Builds a conf-like store. conf wants `configName`, electron-store wants `name`: both are given, each
 * reads its own. Everything here runs on either, so that the tests run the code that the app runs.
 */
export interface StoreFileOptions {
  cwd: string;
  name: string;
  configName: string;
  configFileMode: number;
  clearInvalidConfig: false;
  accessPropertiesByDotNotation: false;
}
export type OpenStoreFile = (options: StoreFileOptions) => StoreFile;

/** Held for one change: reading, changing and writing the file. */
export const SETTINGS_LOCK = 'settings';

/**
 * Settings in `<folder>/settings.json`, 0600, with the last good state in `settings.backup.json`. A file that
 * cannot be used is renamed to `settings.corrupt-<timestamp>.json`, never written over, and as much of it as
 * can be is carried on (CHECKLIST 55). Holds names only, no secret.
 *
 * With `locks` several processes may use the folder: every change is made to what the file says now, by one
 * process at a time, and `get` reads again when another process has written (one stat per call tells).
 * Without, this process has to be the only writer, and the file is read once.
 */
export function openSettingsFile(
  folder: string,
  open: OpenStoreFile,
  now: () => number,
  locks?: Locks,
): SettingsStore {
  return new SettingsFile(folder, open, now, locks ?? null);
}

class SettingsFile implements SettingsStore {
  readonly #folder: string;
  readonly #path: string;
  readonly #open: OpenStoreFile;
  readonly #now: () => number;
  readonly #locks: Locks | null;
  #settings = defaultSettings();
  /** Of the file that `#settings` came from; null: there was none. */
  #seen: string | null = null;
  #recovered: SettingsStore['recovered'] = null;
  /** False while a bad file lies there that could not be moved away: writing would destroy it. */
  #writable = true;

  constructor(folder: string, open: OpenStoreFile, now: () => number, locks: Locks | null) {
    this.#folder = folder;
    this.#path = join(folder, 'settings.json');
    this.#open = open;
    this.#now = now;
    this.#locks = locks;
    // A healthy start needs no lock: others replace the file as a whole.
    if (this.#take() === 'bad') this.#rescueAtStart();
    else makePrivate(this.#path);
    this.#tidy();
  }

  get recovered(): SettingsStore['recovered'] {
    return this.#recovered;
  }

  get(): Settings {
    // A bad file is left to the next change, which holds the lock and can set it aside.
    if (this.#locks !== null && stampOf(this.#path) !== this.#seen) this.#take();
    return frozen(this.#settings);
  }

  update(change: (settings: Settings) => Settings): void {
    this.#alone(() => {
      // Not by the stamp: two quick writes can leave the same one.
      if (this.#locks !== null && this.#take() === 'bad') this.#rescue(this.#settings);
      const next = checkedSettings(change(structuredClone(this.#settings)));
      if (!this.#writable || isReadOnly(this.#path)) {
        throw new SettingsWriteError('read-only', `${this.#path} is read-only, so the change was not kept`);
      }
      try {
        this.#write('settings', next);
      } catch (cause) {
        throw new SettingsWriteError('failed', `${this.#path} could not be written`, { cause });
      }
      this.#settings = next;
      this.#seen = stampOf(this.#path);
      // A copy that can't be written costs the rescue of a later damage, not the change just made.
      this.#tryWrite('settings.backup', next);
    });
  }

  /** Takes what the file says. One that is gone leaves what is known: the next change writes it again. */
  #take(): 'good' | 'bad' {
    // Before reading: what is written in between is then read again, never overlooked.
    const stamp = stampOf(this.#path);
    const found = readSettings(this.#folder);
    if (found.kind === 'bad') return 'bad';
    if (found.kind === 'good') this.#settings = found.settings;
    this.#seen = stamp;
    this.#writable = true;
    return 'good';
  }

  /** Looks once more with the lock: another process that starts just now may have put things right. */
  #rescueAtStart(): void {
    try {
      this.#alone(() => this.#rescue());
    } catch (error) {
      if (!(error instanceof SettingsWriteError)) throw error;
      // Without the lock nothing may be moved: start with what can be read, and leave the file as it is.
      const bad = readSettings(this.#folder);
      if (bad.kind !== 'bad') return;
      this.#settings = salvage(this.#folder, bad);
      this.#recovered = { keptAs: this.#path, why: bad.why };
      this.#writable = false;
    }
  }

  /** Takes away what processes that died while writing left behind. With the lock: nobody else writes now. */
  #tidy(): void {
    if (settingsLeftovers(this.#folder).length === 0) return;
    try {
      this.#alone(() => removeSettingsLeftovers(this.#folder));
    } catch {
      // The lock cannot be had: the next start tries again.
    }
  }

  /** Nothing to do when another process was faster. */
  #rescue(known?: Settings): void {
    const bad = readSettings(this.#folder);
    if (bad.kind !== 'bad') return void this.#take();
    const rescued = rescueSettings(this.#folder, bad, this.#now(), known);
    this.#settings = rescued.settings;
    this.#recovered = rescued.recovered;
    this.#writable = rescued.writable;
    // At once: a second start before the first change must find the rescued grants again.
    if (rescued.writable) this.#tryWrite('settings', rescued.settings);
    this.#seen = stampOf(this.#path);
  }

  /** @throws SettingsWriteError `failed` when the lock cannot be had; what `run` throws, as it is. */
  #alone(run: () => void): void {
    if (this.#locks === null) return run();
    let entered = false;
    try {
      this.#locks.during(SETTINGS_LOCK, () => {
        entered = true;
        run();
      });
    } catch (cause) {
      if (entered) throw cause;
      const why = cause instanceof Error ? cause.message : 'unknown error';
      throw new SettingsWriteError('failed', `${this.#path} was not changed: ${why}`, { cause });
    }
  }

  #write(name: string, settings: Settings): void {
    const file = this.#open({
      cwd: this.#folder,
      name,
      configName: name,
      configFileMode: 0o600,
      clearInvalidConfig: false,
      accessPropertiesByDotNotation: false,
    });
    file.store = { ...settings };
  }

  /** conf reads before it writes and stumbles over a damaged file: what is no JSON to it goes first. */
  #tryWrite(name: string, settings: Settings): void {
    const path = join(this.#folder, `${name}.json`);
    try {
      const found = readJson(path);
      if (found.kind === 'bad' || (found.kind === 'value' && found.marked))
        rmSync(path, { force: true, recursive: true });
      this.#write(name, settings);
    } catch {
      // The next successful change tries again.
    }
  }
}

/**
 * Tells one written file from the next: every write is a new file (rename), so inode and times differ; null
 * when there is none.
 */
function stampOf(path: string): string | null {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? null : [stat.ino, stat.mtimeNs, stat.ctimeNs, stat.size].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

/**
 * A file without its owner's write bit was made so on purpose (a managed machine): renaming a new one over
 * it would work and would be wrong. Looked up in the mode, because access(2) always agrees for root.
 */
function isReadOnly(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  return mode !== undefined && (mode & 0o200) === 0;
}
