import { chmodSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '../settings/defaults.ts';
import { migrateSettings } from '../settings/migrations.ts';
import { salvageSettings, settingsSchema } from '../settings/schema.ts';
import { SettingsWriteError, checkedSettings } from '../settings/store.ts';
import type { Settings, SettingsStore } from '../settings/types.ts';

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

interface Opened {
  settings: Settings;
  recovered: SettingsStore['recovered'];
  /** False when the bad file could not be moved away: writing would destroy it. */
  writable: boolean;
}

/**
 * Settings in `<folder>/settings.json`, 0600, with the last good state in `settings.backup.json`. Read and
 * checked once at start and kept in memory: the single-instance lock makes this process the only writer.
 * A file that cannot be used is renamed to `settings.corrupt-<timestamp>.json`, never written over, and as
 * much of it as can be is carried on (CHECKLIST 55). Holds names only, no secret.
 */
export function openSettingsFile(folder: string, open: OpenStoreFile, now: () => number): SettingsStore {
  const opened = readSettings(folder, now);
  let settings = opened.settings;
  const path = join(folder, 'settings.json');
  // At once: a second start before the first change must find the rescued grants again.
  if (opened.recovered !== null && opened.writable) tryWrite(open, folder, 'settings', settings);

  return {
    recovered: opened.recovered,
    get: () => structuredClone(settings),
    update(change) {
      const next = checkedSettings(change(structuredClone(settings)));
      if (!opened.writable || isReadOnly(path)) {
        throw new SettingsWriteError('read-only', `${path} is read-only, so the change was not kept`);
      }
      try {
        write(open, folder, 'settings', next);
      } catch (cause) {
        throw new SettingsWriteError('failed', `${path} could not be written`, { cause });
      }
      settings = next;
      // A copy that can't be written costs the rescue of a later damage, not the change just made.
      tryWrite(open, folder, 'settings.backup', next);
    },
  };
}

function readSettings(folder: string, now: () => number): Opened {
  const path = join(folder, 'settings.json');
  const read = readJson(path);
  if (read.kind === 'absent') return { settings: defaultSettings(), recovered: null, writable: true };
  if (read.kind === 'value') {
    const migrated = migrateSettings(read.value);
    const parsed = migrated.ok ? settingsSchema.safeParse(migrated.value) : null;
    if (parsed?.success === true) {
      makePrivate(path);
      return { settings: parsed.data, recovered: null, writable: true };
    }
  }
  const why = read.kind === 'value' ? whyUnusable(read.value) : read.why;
  const backup = readBackup(folder);
  const settings = read.kind === 'value' ? salvageSettings(read.value, backup) : backup;
  const keptAs = join(folder, `settings.corrupt-${stamp(now())}.json`);
  try {
    renameSync(path, keptAs);
    makePrivate(keptAs);
    return { settings, recovered: { keptAs, why }, writable: true };
  } catch {
    return { settings, recovered: { keptAs: path, why }, writable: false };
  }
}

type Read = { kind: 'absent' } | { kind: 'value'; value: unknown } | { kind: 'bad'; why: string };

function readJson(path: string): Read {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'bad', why: `it could not be read (${code})` };
  }
  try {
    return { kind: 'value', value: JSON.parse(text) as unknown };
  } catch {
    return { kind: 'bad', why: text.trim() === '' ? 'it was empty' : 'it was not valid JSON' };
  }
}

function whyUnusable(value: unknown): string {
  const migrated = migrateSettings(value);
  if (!migrated.ok) {
    return migrated.why === 'unknown version'
      ? 'it was written by a newer version of this app'
      : 'it carried no version';
  }
  const parsed = settingsSchema.safeParse(migrated.value);
  const field = parsed.success ? undefined : parsed.error.issues[0]?.path[0];
  return field === undefined ? 'it had an unknown field' : `the field ${String(field)} had a wrong value`;
}

/** The state of the last successful write; what it lacks, it lacks. */
function readBackup(folder: string): Settings {
  const read = readJson(join(folder, 'settings.backup.json'));
  return read.kind === 'value' ? salvageSettings(read.value) : defaultSettings();
}

function write(open: OpenStoreFile, folder: string, name: string, settings: Settings): void {
  const file = open({
    cwd: folder,
    name,
    configName: name,
    configFileMode: 0o600,
    clearInvalidConfig: false,
    accessPropertiesByDotNotation: false,
  });
  file.store = { ...settings };
}

/** conf reads before it writes and stumbles over a damaged file: what is no JSON goes first. */
function tryWrite(open: OpenStoreFile, folder: string, name: string, settings: Settings): void {
  const path = join(folder, `${name}.json`);
  try {
    if (readJson(path).kind === 'bad') rmSync(path, { force: true, recursive: true });
    write(open, folder, name, settings);
  } catch {
    // The next successful change tries again.
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

function makePrivate(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || (stat.mode & 0o077) === 0) return;
  try {
    chmodSync(path, stat.mode & 0o700);
  } catch {
    // Another owner's file, or a file system without modes: names only, readable anyway.
  }
}

/** 20260130T101112123Z: sorts by time and is a legal file name everywhere. */
function stamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:.]/g, '');
}
