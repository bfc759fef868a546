import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSettingsFile, type OpenStoreFile } from '../../../main/desktop/settings-file.ts';
import { SETTINGS_VERSION, defaultSettings } from '../../../main/settings/defaults.ts';
import { SettingsWriteError } from '../../../main/settings/store.ts';
import type { SettingsStore } from '../../../main/settings/types.ts';
import { CLIENT_ID, grantRecord } from '../../support/settings.ts';

/** electron-store is conf with Electron's paths: the same options, the same file handling. */
const conf: OpenStoreFile = (options) => new Conf(options);
const NOW = Date.UTC(2026, 0, 30, 10, 11, 12, 123);
const ASIDE = 'settings.corrupt-20260130T101112123Z.json';

let folder: string;
const file = (name = 'settings.json') => join(folder, name);
const open = (): SettingsStore => openSettingsFile(folder, conf, () => NOW);
const put = (value: unknown) =>
  writeFile(file(), typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a healthy settings file', () => {
  it('starts from the defaults and finds its changes again', () => {
    const store = open();
    expect(store.get()).toEqual(defaultSettings());
    store.update((settings) => ({ ...settings, clientId: CLIENT_ID, grants: [grantRecord()] }));
    expect(open().get()).toEqual({ ...defaultSettings(), clientId: CLIENT_ID, grants: [grantRecord()] });
    expect(open().recovered).toBeNull();
  });

  it('[C28] is written 0600, and a wider one is narrowed at start', async () => {
    open().update((settings) => ({ ...settings, clearAfterSeconds: 10 }));
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(file('settings.backup.json'))).mode & 0o777).toBe(0o600);
    await chmod(file(), 0o644);
    open();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('leaves no temporary file behind', async () => {
    open().update((settings) => ({ ...settings, clearAfterSeconds: 10 }));
    expect((await readdir(folder)).sort()).toEqual(['settings.backup.json', 'settings.json']);
  });

  it('[C22] takes away what a process that was killed while writing left, and nothing else', async () => {
    open().update((settings) => ({ ...settings, clearAfterSeconds: 10 }));
    const left = ['settings.json.tmp-59277380896a15ac', 'settings.backup.json.tmp-5927746708a514a7'];
    for (const name of [...left, 'settings.json.tmp-mine']) await writeFile(file(name), '{');
    expect(open().get().clearAfterSeconds).toBe(10);
    expect((await readdir(folder)).sort()).toEqual([
      'settings.backup.json',
      'settings.json',
      'settings.json.tmp-mine',
    ]);
  });

  it('takes over a version 0 file', async () => {
    await put({ client_id: CLIENT_ID });
    const store = open();
    expect(store.recovered).toBeNull();
    expect(store.get().clientId).toBe(CLIENT_ID);
    store.update((settings) => ({ ...settings, clearAfterSeconds: 10 }));
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({
      version: SETTINGS_VERSION,
      clientId: CLIENT_ID,
    });
  });
});

describe('a settings file that cannot be used', () => {
  const good = { ...defaultSettings(), clientId: CLIENT_ID, grants: [grantRecord()] };
  const whole = JSON.stringify(good);

  it.each([
    ['corrupt', 'not json at all', 'it was not valid JSON'],
    ['truncated', whole.slice(0, whole.length / 2), 'it was not valid JSON'],
    ['empty', '', 'it was empty'],
    ['zeroed', '\0'.repeat(512), 'it was not valid JSON'],
    ['of an unknown version', { ...good, version: 99 }, 'it was written by a newer version of this app'],
    ['without a version', { clientId: CLIENT_ID }, 'it carried no version'],
    ['an array', [], 'it carried no version'],
    ['of wrong types', { ...good, clearAfterSeconds: 'x' }, 'the field clearAfterSeconds had a wrong value'],
    ['with grants of a wrong type', { ...good, grants: 'x' }, 'the field grants had a wrong value'],
    ['with a null inside', { ...good, scopeEntries: null }, 'the field scopeEntries had a wrong value'],
    ['with a foreign field', { ...good, token: 'x' }, 'it had an unknown field'],
  ])('[C55] %s: is kept aside, and the grants are kept', async (_title, content, why) => {
    open().update(() => good);
    await put(content);
    const written = await readFile(file(), 'utf8');

    const store = open();
    expect(store.recovered).toEqual({ keptAs: file(ASIDE), why });
    expect(await readFile(file(ASIDE), 'utf8')).toBe(written);
    expect((await stat(file(ASIDE))).mode & 0o777).toBe(0o600);
    expect(store.get().grants).toEqual([grantRecord()]);
    expect(store.get().clientId).toBe(CLIENT_ID);

    const again = open();
    expect(again.recovered).toBeNull();
    expect(again.get().grants).toEqual([grantRecord()]);
  });

  it('[C55] with a byte order mark, as Windows’ editor writes it: nothing of it is lost, also without a backup', async () => {
    await put(`\ufeff${JSON.stringify({ ...good, clearAfterSeconds: 77 })}`);
    await writeFile(file('settings.backup.json'), '\ufeff{}');
    const store = open();
    expect(store.recovered).toEqual({ keptAs: file(ASIDE), why: 'it began with a byte order mark' });
    expect(store.get()).toEqual({ ...good, clearAfterSeconds: 77 });
    // The backup's own mark keeps no later change from being backed up.
    store.update((settings) => ({ ...settings, clearAfterSeconds: 78 }));
    const backup = JSON.parse(await readFile(file('settings.backup.json'), 'utf8')) as object;
    expect(backup).toMatchObject({ clearAfterSeconds: 78 });
  });

  it('[C55] works on with the defaults when there is no backup either', async () => {
    await put('{');
    const store = open();
    expect(store.get()).toEqual(defaultSettings());
    store.update((settings) => ({ ...settings, clientId: CLIENT_ID }));
    expect(open().get().clientId).toBe(CLIENT_ID);
  });

  it('[C55] gets over a backup that is damaged too', async () => {
    open().update(() => good);
    await put('{');
    await writeFile(file('settings.backup.json'), '{');
    const store = open();
    store.update(() => good);
    await put('{');
    expect(open().get().grants).toEqual([grantRecord()]);
  });

  it('[C55] an unreadable one (a folder of that name) is moved aside as it is', async () => {
    await mkdir(file());
    const store = open();
    expect(store.recovered).toEqual({ keptAs: file(ASIDE), why: 'it could not be read (EISDIR)' });
    store.update(() => good);
    expect(open().get()).toEqual(good);
  });
});

describe('a settings file that cannot be written', () => {
  it('[C55] read-only: the change throws a typed error and nothing is lost', async () => {
    open().update((settings) => ({ ...settings, grants: [grantRecord()] }));
    const before = await readFile(file(), 'utf8');
    await chmod(file(), 0o400);
    const store = open();
    expect(refusal(store)).toMatchObject({ name: 'SettingsWriteError', reason: 'read-only' });
    expect(store.get()).toEqual({ ...defaultSettings(), grants: [grantRecord()] });
    expect(await readFile(file(), 'utf8')).toBe(before);
    await chmod(file(), 0o600);
    store.update((settings) => ({ ...settings, clientId: CLIENT_ID }));
    expect(open().get().clientId).toBe(CLIENT_ID);
  });

  it('[C55] a disk that fails: the change throws a typed error and memory stays as it was', () => {
    const failing: OpenStoreFile = (options) => {
      const store = new Conf(options);
      return {
        get store() {
          return store.store;
        },
        set store(_value) {
          throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        },
      };
    };
    const store = openSettingsFile(folder, failing, () => NOW);
    expect(refusal(store)).toMatchObject({ name: 'SettingsWriteError', reason: 'failed' });
    expect(store.get()).toEqual(defaultSettings());
  });

  it('an invalid change throws and reaches neither memory nor disk', async () => {
    const store = open();
    expect(() => store.update((settings) => ({ ...settings, clientId: 'nonsense' }))).toThrow(
      SettingsWriteError,
    );
    expect(store.get()).toEqual(defaultSettings());
    expect(await readdir(folder)).toEqual([]);
  });
});

function refusal(store: SettingsStore): unknown {
  try {
    store.update((settings) => ({ ...settings, clientId: CLIENT_ID }));
  } catch (error) {
    return error;
  }
  return null;
}
