import { describe, expect, it } from 'vitest';
import { SETTINGS_VERSION, defaultSettings } from '../../../main/settings/defaults.ts';
import { migrateSettings } from '../../../main/settings/migrations.ts';
import { salvageSettings, settingsSchema } from '../../../main/settings/schema.ts';
import { MemorySettingsStore, SettingsWriteError } from '../../../main/settings/store.ts';
import { CLIENT_ID, grantRecord } from '../../support/settings.ts';

const FLOW = {
  id: CLIENT_ID,
  title: 'Move and publish',
  scope: 'urn:x:flow',
  role: null,
  collections: [CLIENT_ID],
  checkedAt: 1,
  environment: 'production',
} as const;

const VAULT_FILE = { id: '00112233445566778899aabbccddeeff', generation: 7 };

describe('the settings schema', () => {
  it('accepts what a fresh install starts with', () => {
    expect(settingsSchema.safeParse(defaultSettings()).success).toBe(true);
  });

  it('accepts dependent scopes in brackets, flows, and isolated grants', () => {
    const settings = {
      ...defaultSettings(),
      scopeEntries: ['a[*b[c] d]', 'e'],
      flows: [FLOW],
      defaultAccount: 'sub',
      grants: [{ ...grantRecord(), isolated: true }],
    };
    expect(settingsSchema.safeParse(settings).success).toBe(true);
  });

  it.each([
    ['a foreign field', { refreshToken: 'x' }],
    ['a client ID that is no UUID', { clientId: 'my-app' }],
    ['the demo environment', { environment: 'demo' }],
    ['two scopes in one entry', { scopeEntries: ['a b'] }],
    ['an entry that is not canonical', { scopeEntries: ['a[c  b]'] }],
    ['an entry with an open bracket', { scopeEntries: ['a[b'] }],
    ['two entries of one root', { scopeEntries: ['a', 'a[b]'] }],
    ['a flow without an ID', { flows: [{ ...FLOW, id: 'flow' }] }],
    ['a flow with a foreign field', { flows: [{ ...FLOW, token: 'x' }] }],
    ['a grant that is said not to be isolated', { grants: [{ ...grantRecord(), isolated: false }] }],
    ['a clipboard time of zero', { clearAfterSeconds: 0 }],
    ['a clipboard time in words', { clearAfterSeconds: '30' }],
    ['an unknown backend', { vaultBackend: 'file' }],
    ['a grant in an unknown backend', { grants: [{ ...grantRecord(), backend: 'keychain' }] }],
    ['a passphrase file without an ID', { vaultFile: { id: '', generation: 1 } }],
    ['a passphrase file that was never written', { vaultFile: { ...VAULT_FILE, generation: 0 } }],
    ['a passphrase file with a key', { vaultFile: { ...VAULT_FILE, key: 'x' } }],
    ['a grant with a token in it', { grants: [{ ...grantRecord(), refreshToken: 'x' }] }],
    ['another version', { version: SETTINGS_VERSION + 1 }],
    ['a switch in words', { oidcAgent: 'yes' }],
  ])('[C55] refuses %s', (_title, change) => {
    expect(settingsSchema.safeParse({ ...defaultSettings(), ...change }).success).toBe(false);
  });
});

describe('migrateSettings', () => {
  it('[C55] turns a version 0 file, which holds a client_id, into the current version', () => {
    const migrated = migrateSettings({ client_id: CLIENT_ID, clear_after: 20 });
    expect(migrated).toEqual({
      ok: true,
      from: 0,
      value: { ...defaultSettings(), clientId: CLIENT_ID, clearAfterSeconds: 20 },
    });
  });

  it.each([
    [{ ...defaultSettings(), version: 99 }, 'unknown version'],
    [{ ...defaultSettings(), version: -1 }, 'no version'],
    [{ ...defaultSettings(), version: '1' }, 'no version'],
    [{}, 'no version'],
    [[], 'no version'],
    [null, 'no version'],
    ['text', 'no version'],
  ])('[C55] refuses %j: %s', (value, why) => {
    expect(migrateSettings(value)).toEqual({ ok: false, why });
  });
});

/** What versions 5 to 8 began with. */
const FROM_4 = {
  notices: { approval: true, expiry: true, signIn: true, copied: true, keychain: true },
  paletteKeys: 'CommandOrControl+Shift+G',
  clearOnQuit: true,
  windowBounds: null,
  updates: 'auto',
  letterKeys: true,
};
const {
  notices: _n,
  paletteKeys: _p,
  clearOnQuit: _c,
  windowBounds: _w,
  updates: _u,
  letterKeys: _l,
  ...WITHOUT
} = defaultSettings();

describe('settings of a passphrase file', () => {
  const settings = {
    ...defaultSettings(),
    vaultBackend: 'passphrase',
    vaultFile: VAULT_FILE,
    grants: [{ ...grantRecord(), backend: 'passphrase' }],
  };

  it('[C26] are kept', () => {
    expect(settingsSchema.safeParse(settings).data).toEqual(settings);
  });

  it('[C55] outlive damage elsewhere in the file, and their own damage costs what the backup has', () => {
    expect(salvageSettings({ ...settings, clientId: 'my-app' })).toEqual(settings);
    const known = { ...defaultSettings(), vaultFile: VAULT_FILE };
    expect(salvageSettings({ ...settings, vaultFile: { id: 1 } }, known).vaultFile).toEqual(VAULT_FILE);
  });

  it('cannot be changed by those who read them', () => {
    const { vaultFile } = new MemorySettingsStore({ vaultFile: VAULT_FILE }).get();
    expect(Object.isFrozen(vaultFile)).toBe(true);
  });
});

describe('migrating from version 4', () => {
  it.each([true, false])('[C55] keeps everything; each kind of notification is %s as all were', (on) => {
    const old = { ...WITHOUT, version: 4, clientId: CLIENT_ID, notifications: on, grants: [grantRecord()] };
    const { notifications: _, ...kept } = old;
    const notices = { approval: on, expiry: on, signIn: on, copied: on, keychain: on };
    const value = { ...kept, version: SETTINGS_VERSION, ...FROM_4, notices };
    expect(migrateSettings(old)).toEqual({ ok: true, from: 4, value });
    expect(settingsSchema.safeParse(value).success).toBe(true);
  });
});

describe('salvageSettings', () => {
  it('[C55] keeps every good scope entry of a bad list, one per root', () => {
    const salvaged = salvageSettings({ scopeEntries: ['a', 'b c', 7, 'd[e]', 'a[e]'] });
    expect(salvaged.scopeEntries).toEqual(['a[e]', 'd[e]']);
  });

  it('[C55] keeps every good field and every good grant of a bad file', () => {
    const good = grantRecord('good');
    const added = grantRecord('added');
    const lost = grantRecord('lost');
    const base = { ...defaultSettings(), grants: [good, lost] };
    const salvaged = salvageSettings(
      {
        version: SETTINGS_VERSION,
        clientId: CLIENT_ID,
        clearAfterSeconds: 'soon',
        grants: [good, added, { ...lost, sub: 7 }],
      },
      base,
    );
    expect(salvaged).toEqual({ ...base, clientId: CLIENT_ID, grants: [good, added, lost] });
  });

  it.each([
    [true, false, true],
    [false, true, false],
    [undefined, true, true],
    [undefined, false, false],
    ['off', false, true],
    [null, false, true],
  ])('[C35] with %j for the deny-all switch, and %j before, denies: %j', (found, before, denies) => {
    const salvaged = salvageSettings(
      { clearAfterSeconds: 0, denyAll: found },
      { ...defaultSettings(), denyAll: before },
    );
    expect(salvaged.denyAll).toBe(denies);
  });

  it.each([null, 7, 'text', []])('answers the last good state for %j', (value) => {
    expect(salvageSettings(value)).toEqual(defaultSettings());
  });
});

describe('MemorySettingsStore', () => {
  it('keeps a change, and gives out what nobody can change', () => {
    const store = new MemorySettingsStore();
    store.update((settings) => ({ ...settings, clientId: CLIENT_ID }));
    expect(() => store.get().grants.push(grantRecord())).toThrow(TypeError);
    expect(store.get()).toEqual({ ...defaultSettings(), clientId: CLIENT_ID });
  });

  it('throws on an invalid change and keeps what it had', () => {
    const store = new MemorySettingsStore({ clientId: CLIENT_ID });
    expect(() => store.update((settings) => ({ ...settings, clearAfterSeconds: -1 }))).toThrow(
      SettingsWriteError,
    );
    expect(store.get().clearAfterSeconds).toBe(45);
  });
});
