import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SETTINGS_LOCK, openSettingsFile } from '../../../main/desktop/settings-file.ts';
import { systemClock } from '../../../main/host/clock.ts';
import { systemLockEffects } from '../../../main/session/locks/effects.ts';
import { openLocks } from '../../../main/session/locks/os-locks.ts';
import type { Locks } from '../../../main/session/locks/types.ts';
import { defaultSettings } from '../../../main/settings/defaults.ts';
import { SettingsWriteError } from '../../../main/settings/store.ts';
import type { SettingsStore } from '../../../main/settings/types.ts';
import { CLIENT_ID, grantRecord } from '../../support/settings.ts';

const NOW = Date.UTC(2026, 0, 30, 10, 11, 12, 123);
const ASIDE = 'settings.corrupt-20260130T101112123Z.json';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-shared-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name = 'settings.json') => join(folder, name);
/** Sleeping is left out: whoever waits, waits for a lock that this very test holds. */
const newLocks = (): Locks =>
  openLocks(file('locks'), { ...systemLockEffects(systemClock), sleep: () => undefined });
/** As another process has it: nothing is shared but the folder. */
const open = (locks: Locks | undefined = newLocks()): SettingsStore =>
  openSettingsFile(folder, (options) => new Conf(options), () => NOW, locks); // prettier-ignore
const addGrant = (store: SettingsStore, id: string) =>
  store.update((now) => ({ ...now, grants: [...now.grants, grantRecord(id)] }));
const ids = (store: SettingsStore) => store.get().grants.map((one) => one.name.split('/').at(-1));

describe('settings that two processes write', () => {
  it('make every change to what the other one has written', () => {
    const [one, two] = [open(), open()];
    addGrant(one, 'a');
    addGrant(two, 'b');
    one.update((now) => ({ ...now, clearAfterSeconds: 10 }));
    two.update((now) => ({ ...now, grants: now.grants.filter((grant) => grant.name.endsWith('/b')) }));
    addGrant(one, 'c');
    expect(ids(open())).toEqual(['b', 'c']);
    expect(open().get().clearAfterSeconds).toBe(10);
  });

  it('are seen by the other one at its next look, also the very first', () => {
    const [one, two] = [open(), open()];
    expect(two.get()).toEqual(defaultSettings());
    addGrant(one, 'a');
    expect(ids(two)).toEqual(['a']);
    addGrant(one, 'b');
    expect(ids(two)).toEqual(['a', 'b']);
  });

  it('are read once, as ever, where no locks are given', () => {
    const alone = openSettingsFile(folder, (options) => new Conf(options), () => NOW); // prettier-ignore
    addGrant(open(), 'a');
    expect(ids(alone)).toEqual([]);
  });

  it('hold the lock while the change is made, and only then', () => {
    const store = open();
    const about = { kind: 'test', socket: null };
    let during: string | null = null;
    store.update((now) => {
      during = newLocks().attempt(SETTINGS_LOCK, about).kind;
      return now;
    });
    expect(during).toBe('taken');
    const boom = new RangeError('of the change itself');
    expect(() =>
      store.update(() => {
        throw boom;
      }),
    ).toThrow(boom);
    expect(newLocks().attempt(SETTINGS_LOCK, about).kind).toBe('held');
  });

  it('[C59] a lock that stays held is a typed error that names the holder; nothing has changed', () => {
    const store = open();
    addGrant(store, 'a');
    newLocks().attempt(SETTINGS_LOCK, { kind: 'headless', socket: null });
    expect(() => addGrant(store, 'b')).toThrow(SettingsWriteError);
    expect(() => addGrant(store, 'b')).toThrow(`held after 10 s, by process ${process.pid}`);
    expect(ids(store)).toEqual(['a']);
  });
});

describe('a settings file that goes bad while two processes use it', () => {
  it('[C55] is set aside at the next change, and that is made to what could be saved', () => {
    const [one, two] = [open(), open()];
    addGrant(one, 'a');
    addGrant(two, 'b');
    writeFileSync(file(), '{"half');
    expect(ids(two)).toEqual(['a', 'b']);
    expect(readdirSync(folder)).not.toContain(ASIDE);

    addGrant(one, 'c');
    expect(readFileSync(file(ASIDE), 'utf8')).toBe('{"half');
    expect(one.recovered).toEqual({ keptAs: file(ASIDE), why: 'it was not valid JSON' });
    expect(ids(two)).toEqual(['a', 'b', 'c']);
    expect(ids(open())).toEqual(['a', 'b', 'c']);
    expect(open().recovered).toBeNull();
  });

  it('[C55] costs nothing that this process knows, even when the backup is bad too', () => {
    const store = open();
    addGrant(store, 'a');
    writeFileSync(file(), '{');
    writeFileSync(file('settings.backup.json'), '{');
    addGrant(store, 'b');
    expect(ids(open())).toEqual(['a', 'b']);
  });

  it('[C55] or that somebody removes, is written again with everything that is known', () => {
    const store = open();
    addGrant(store, 'a');
    rmSync(file());
    expect(ids(store)).toEqual(['a']);
    addGrant(store, 'b');
    expect(ids(open())).toEqual(['a', 'b']);
  });

  it('[C55] of two that start on it, the second finds what the first has put right', () => {
    addGrant(open(), 'a');
    writeFileSync(file(), '{');
    const locks = newLocks();
    const second = open({
      ...locks,
      during(name, run) {
        // The first was faster: it has rescued the file, and has added to it.
        addGrant(open(), 'b');
        return locks.during(name, run);
      },
    });
    expect(second.recovered).toBeNull();
    expect(ids(second)).toEqual(['a', 'b']);
    expect(readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([ASIDE]);
  });

  it('[C55] is left as it is, and used as far as it goes, while the lock cannot be had', () => {
    addGrant(open(), 'a');
    writeFileSync(file(), '{');
    const holder = newLocks().attempt(SETTINGS_LOCK, { kind: 'desktop', socket: null });
    const store = open();
    expect(ids(store)).toEqual(['a']);
    expect(store.recovered).toEqual({ keptAs: file(), why: 'it was not valid JSON' });
    expect(readFileSync(file(), 'utf8')).toBe('{');
    if (holder.kind === 'held') holder.lock.release();
    addGrant(store, 'b');
    expect(ids(open())).toEqual(['a', 'b']);
    expect(readFileSync(file(ASIDE), 'utf8')).toBe('{');
  });

  it('[C55] is not written when it is read-only, and works again after', () => {
    const store = open();
    store.update((now) => ({ ...now, clientId: CLIENT_ID }));
    chmodSync(file(), 0o400);
    expect(() => addGrant(store, 'a')).toThrow('read-only');
    chmodSync(file(), 0o600);
    addGrant(store, 'a');
    expect(open().get()).toMatchObject({ clientId: CLIENT_ID, grants: [grantRecord('a')] });
  });
});
