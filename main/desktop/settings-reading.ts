import { chmodSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '../settings/defaults.ts';
import { migrateSettings } from '../settings/migrations.ts';
import { salvageSettings, settingsSchema } from '../settings/schema.ts';
import type { Settings, SettingsStore } from '../settings/types.ts';

/** `marked`: a byte order mark stands before it, over which conf stumbles (Windows' editor writes one). */
export type Read =
  { kind: 'absent' } | { kind: 'value'; value: unknown; marked: boolean } | { kind: 'bad'; why: string };

export type BadSettings = { kind: 'bad'; why: string; read: Read };
export type ReadSettings = { kind: 'absent' } | { kind: 'good'; settings: Settings } | BadSettings;

export interface Rescued {
  settings: Settings;
  recovered: NonNullable<SettingsStore['recovered']>;
  /** False when the bad file could not be moved away: writing would destroy it. */
  writable: boolean;
}

/** Looks and changes nothing. */
export function readSettings(folder: string): ReadSettings {
  const read = readJson(join(folder, 'settings.json'));
  if (read.kind === 'absent') return read;
  if (read.kind === 'bad') return { kind: 'bad', why: read.why, read };
  const migrated = migrateSettings(read.value);
  const parsed = migrated.ok ? settingsSchema.safeParse(migrated.value) : null;
  if (parsed?.success === true) {
    if (!read.marked) return { kind: 'good', settings: parsed.data };
    // Everything of it is carried on into a file without the mark.
    return { kind: 'bad', why: 'it began with a byte order mark', read: { ...read, value: parsed.data } };
  }
  return { kind: 'bad', why: whyUnusable(read.value), read };
}

/**
 * Keeps the bad file aside as `settings.corrupt-<timestamp>.json` and carries on as much of it as can be
 * (CHECKLIST 55); what it lacks comes from the backup, and without one from `known`.
 */
export function rescueSettings(folder: string, bad: BadSettings, now: number, known?: Settings): Rescued {
  const path = join(folder, 'settings.json');
  const settings = salvage(folder, bad, known);
  const keptAs = join(folder, `settings.corrupt-${stamp(now)}.json`);
  try {
    renameSync(path, keptAs);
    makePrivate(keptAs);
    return { settings, recovered: { keptAs, why: bad.why }, writable: true };
  } catch {
    return { settings, recovered: { keptAs: path, why: bad.why }, writable: false };
  }
}

/** What can be carried on of a bad file and the backup, without touching either. */
export function salvage(folder: string, bad: BadSettings, known: Settings = defaultSettings()): Settings {
  const backup = readBackup(folder, known);
  return bad.read.kind === 'value' ? salvageSettings(bad.read.value, backup) : backup;
}

export function readJson(path: string): Read {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'bad', why: `it could not be read (${code})` };
  }
  const marked = text.startsWith('\ufeff');
  try {
    return { kind: 'value', value: JSON.parse(marked ? text.slice(1) : text) as unknown, marked };
  } catch {
    return { kind: 'bad', why: text.trim() === '' ? 'it was empty' : 'it was not valid JSON' };
  }
}

export function makePrivate(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || (stat.mode & 0o077) === 0) return;
  try {
    chmodSync(path, stat.mode & 0o700);
  } catch {
    // Another owner's file, or a file system without modes: names only, readable anyway.
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
function readBackup(folder: string, known: Settings): Settings {
  const read = readJson(join(folder, 'settings.backup.json'));
  return read.kind === 'value' ? salvageSettings(read.value, known) : known;
}

/** 20260130T101112123Z: sorts by time and is a legal file name everywhere. */
function stamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:.]/g, '');
}
