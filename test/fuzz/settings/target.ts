import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { openSettingsFile, type OpenStoreFile } from '../../../main/desktop/settings-file.ts';
import { settingsSchema } from '../../../main/settings/schema.ts';
import { SettingsWriteError } from '../../../main/settings/store.ts';
import type { Settings, SettingsStore } from '../../../main/settings/types.ts';
import type { Played, Stage, Target } from '../play-target.ts';
import type { Random } from '../random.ts';
import { goodSettings, leftFile, type LeftFile } from './files.ts';

/** electron-store is conf with Electron's paths: the same options, the same file handling. */
const conf: OpenStoreFile = (options) => new Conf(options);

/** A start of the app on a settings file that something happened to. */
export const SETTINGS: Target = {
  atOnce: 1,
  async open(): Promise<Stage> {
    const root = await mkdtemp(join(tmpdir(), 'fuzz-settings-'));
    let cases = 0;
    return {
      play(random) {
        const folder = join(root, String((cases += 1)));
        mkdirSync(folder, { mode: 0o700 });
        try {
          return Promise.resolve(playStart(random, folder));
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
      close: () => rm(root, { recursive: true, force: true }),
    };
  },
};

function playStart(random: Random, folder: string): Played {
  const before = goodSettings(random);
  const left = leftFile(random, before);
  const backup = random.pick(['none', 'good', 'bad'] as const);
  const path = join(folder, 'settings.json');
  writeFileSync(path, left.bytes, { mode: 0o644 });
  if (backup === 'good') writeFileSync(join(folder, 'settings.backup.json'), JSON.stringify(before));
  if (backup === 'bad') writeFileSync(join(folder, 'settings.backup.json'), leftFile(random, before).bytes);
  const now = 1_790_000_000_000 + random.below(1_000_000);
  const open = (): SettingsStore => openSettingsFile(folder, conf, () => now);
  const store = open();
  const shape = `${left.shape}, ${backup === 'none' ? 'no' : backup} backup`;
  const answer = store.recovered === null ? 'used as it is' : `set aside: ${store.recovered.why}`;
  const violation =
    usable(store, left, before, backup) ??
    kept(folder, store, left) ??
    changes(store, random, open) ??
    ({}.constructor === Object && !('polluted' in {}) ? null : 'a prototype was changed');
  return { shape, answer: answer.replace(/the field \w+/, 'a field'), violation };
}

/** Valid settings with every grant that the file, or the backup in its stead, names. */
function usable(
  store: SettingsStore,
  left: LeftFile,
  before: Settings,
  backup: 'none' | 'good' | 'bad',
): string | null {
  const settings = store.get();
  if (!settingsSchema.safeParse(settings).success) return 'the settings in use are not valid';
  const found = new Set(settings.grants.map(({ name }) => name));
  const lost = left.names.filter((name) => !found.has(name));
  if (lost.length > 0) return `${lost.length} of ${left.names.length} grants of the file are lost`;
  if (left.good && store.recovered !== null) return `a good file was set aside: ${store.recovered.why}`;
  // A file of which nothing can be read: the state of the last write is the backup's.
  const readable = isJsonObject(left.bytes);
  if (backup === 'good' && !readable && !before.grants.every(({ name }) => found.has(name))) {
    return 'grants of the backup are lost';
  }
  return null;
}

/** The bad file is beside the new one to the last byte; nothing is left that others may read. */
function kept(folder: string, store: SettingsStore, left: LeftFile): string | null {
  const aside = readdirSync(folder).filter((name) => name.startsWith('settings.corrupt-'));
  if (store.recovered === null) return aside.length === 0 ? null : 'a file was set aside without a word';
  const { keptAs } = store.recovered;
  if (!existsSync(keptAs)) return 'the bad file is gone';
  if (!readFileSync(keptAs).equals(left.bytes)) return 'the bad file was changed';
  if (aside.length !== 1) return `${aside.length} files beside the new one`;
  const open = readdirSync(folder)
    .filter((name) => name !== 'settings.backup.json')
    .filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
  return open.length === 0 ? null : `others may read ${open.join(', ')}`;
}

/** A change is kept, and the next start finds it and every grant. */
function changes(store: SettingsStore, random: Random, open: () => SettingsStore): string | null {
  const clearAfterSeconds = random.between(5, 600);
  try {
    store.update((settings) => ({ ...settings, clearAfterSeconds }));
  } catch (error) {
    return error instanceof SettingsWriteError ? `a change was not kept: ${error.message}` : String(error);
  }
  const next = open();
  if (next.recovered !== null) return `the next start set the file aside again: ${next.recovered.why}`;
  if (next.get().clearAfterSeconds !== clearAfterSeconds) return 'the change is lost';
  const names = (settings: Settings) => settings.grants.map(({ name }) => name).join();
  return names(next.get()) === names(store.get()) ? null : 'the next start finds other grants';
}

function isJsonObject(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
