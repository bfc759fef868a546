import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSettingsFile } from '../../../main/desktop/settings-file.ts';
import { SETTINGS_VERSION, defaultSettings } from '../../../main/settings/defaults.ts';
import type { Settings, SettingsStore } from '../../../main/settings/types.ts';

/**
 * Files that the app of each version wrote itself, with its own store; that of version 0 is written by hand, as
 * people did.
 */
const FILES = join(import.meta.dirname, 'files');
const VERSIONS = Array.from({ length: SETTINGS_VERSION + 1 }, (_, version) => version);
const NOW = Date.UTC(2026, 0, 30, 10, 11, 12, 123);
const ASIDE = 'settings.corrupt-20260130T101112123Z.json';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = () => join(folder, 'settings.json');
const open = (): SettingsStore =>
  openSettingsFile(
    folder,
    (options) => new Conf(options),
    () => NOW,
  );

async function fileOf(version: number): Promise<Record<string, unknown>> {
  const text = await readFile(join(FILES, `version-${version}.json`), 'utf8');
  return JSON.parse(text) as Record<string, unknown>;
}

async function opened(version: number): Promise<SettingsStore> {
  await copyFile(join(FILES, `version-${version}.json`), path());
  return open();
}

/** What each version added, as it began for those who came from the one before. */
const BEGAN: Readonly<Record<number, Partial<Settings>>> = {
  1: {},
  2: { oidcAgent: false, denyAll: false },
  3: { defaultAccount: null, flows: [], keepAlive: false },
  4: { vaultFile: null },
  5: { paletteKeys: 'CommandOrControl+Shift+G', clearOnQuit: true, windowBounds: null },
  6: { updates: 'auto' },
  7: { paletteAsked: false },
  8: { letterKeys: true },
};
/** Fields of a file that are called otherwise now. */
const RENAMED = ['version', 'client_id', 'clear_after', 'notifications'];

/** Everything that versions after this one added. */
function begunAfter(version: number): Partial<Settings> {
  return Object.assign(
    {},
    ...VERSIONS.filter((one) => one > version).map((one) => BEGAN[one]),
  ) as Partial<Settings>;
}

describe('[C55] a settings file of an earlier version', () => {
  it('is kept here for every version there was', async () => {
    expect((await readdir(FILES)).sort()).toEqual(VERSIONS.map((version) => `version-${version}.json`));
    for (const version of VERSIONS.slice(1)) expect((await fileOf(version))['version']).toBe(version);
  });

  it.each(VERSIONS)('%d becomes the current one with nothing lost and nothing set aside', async (version) => {
    const old = await fileOf(version);
    const store = await opened(version);
    expect(store.recovered).toBeNull();
    const settings = store.get();
    expect(settings.version).toBe(SETTINGS_VERSION);
    // All that was in it, word for word: grants with their names, accounts, entries, flows, switches.
    const kept = Object.entries(old).filter(([name]) => !RENAMED.includes(name));
    expect(settings).toMatchObject(Object.fromEntries(kept));
    expect(settings).toMatchObject(begunAfter(version));
    // And nothing came from anywhere else.
    expect(Object.keys(settings).sort()).toEqual(Object.keys(defaultSettings()).sort());
  });

  it.each(VERSIONS)(
    '%d is written as the current one by the next change, and read again',
    async (version) => {
      const store = await opened(version);
      const before = store.get();
      store.update((settings) => ({ ...settings, clearAfterSeconds: 33 }));
      expect(open().get()).toEqual({ ...before, clearAfterSeconds: 33 });
      expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ version: SETTINGS_VERSION });
      expect((await readdir(folder)).sort()).toEqual(['settings.backup.json', 'settings.json']);
    },
  );

  it.each(VERSIONS)('%d that is only looked at stays as it is', async (version) => {
    const store = await opened(version);
    store.get();
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual(await fileOf(version));
  });

  it('0 keeps the client ID and the time for copies', async () => {
    const { clientId, clearAfterSeconds, grants } = (await opened(0)).get();
    expect({ clientId, clearAfterSeconds, grants }).toEqual({
      clientId: '0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f',
      clearAfterSeconds: 20,
      grants: [],
    });
  });

  it.each([
    [1, ['g1', 'g2']],
    [2, ['g1', 'g2']],
    [3, ['g1', 'g2', 'g3']],
    [4, ['g1', 'g2', 'g3', 'g4']],
    [5, ['g1', 'g2', 'g3', 'g4']],
    [6, ['g1', 'g2', 'g3', 'g4']],
    [7, ['g1', 'g2', 'g3', 'g4']],
    [8, ['g1', 'g2', 'g3', 'g4']],
  ])('%d keeps the names by which the vault knows each sign-in', async (version, ids) => {
    const { grants } = (await opened(version)).get();
    expect(grants.map(({ name }) => name.split('/').at(-1))).toEqual(ids);
    expect(new Set(grants.map(({ username }) => username))).toEqual(
      new Set(['ada@example.org', 'grace@example.org']),
    );
  });

  it.each([
    [3, false],
    [4, false],
  ])('%d with all notifications off has each kind of them off', async (version, on) => {
    const { notices } = (await opened(version)).get();
    expect(new Set(Object.values(notices))).toEqual(new Set([on]));
  });
});

describe('[C55] a settings file of a version that this build does not know', () => {
  const next = async () => ({
    ...(await fileOf(SETTINGS_VERSION)),
    version: SETTINGS_VERSION + 1,
    tomorrow: { more: 'than we know' },
  });

  it('is refused and kept beside, word for word; what is known of it is carried on', async () => {
    const file = await next();
    await writeFile(path(), JSON.stringify(file));
    const store = open();
    expect(store.recovered).toEqual({
      keptAs: join(folder, ASIDE),
      why: 'it was written by a newer version of this app',
    });
    expect(JSON.parse(await readFile(join(folder, ASIDE), 'utf8'))).toEqual(file);
    const { version: _v, ...known } = await fileOf(SETTINGS_VERSION);
    expect(store.get()).toMatchObject(known);
  });

  it('costs no sign-in of a downgrade and the upgrade after it', async () => {
    await writeFile(path(), JSON.stringify(await next()));
    const { grants } = open().get();
    expect(grants).toHaveLength(4);
    expect(open().get().grants).toEqual(grants);
    expect(open().recovered).toBeNull();
  });
});

describe('a choice about updates that cannot be read', () => {
  it.each([
    ['yes', 'off'],
    [null, 'off'],
    ['auto', 'auto'],
    ['off', 'off'],
    [undefined, 'auto'],
  ])('%j means %s: nobody is asked until the user says so again', async (updates, means) => {
    const file = { ...(await fileOf(SETTINGS_VERSION)), clearAfterSeconds: 'soon', updates };
    await writeFile(path(), JSON.stringify(file));
    expect(open().get().updates).toBe(means);
  });
});

describe('[C58] a choice about single-letter keys that cannot be read', () => {
  it.each([
    ['no', false],
    [null, false],
    [true, true],
    [false, false],
    [undefined, true],
  ])('%j means %s: no letter that slips acts until the user says so again', async (letterKeys, means) => {
    const file = { ...(await fileOf(SETTINGS_VERSION)), clearAfterSeconds: 'soon', letterKeys };
    await writeFile(path(), JSON.stringify(file));
    expect(open().get().letterKeys).toBe(means);
  });
});
