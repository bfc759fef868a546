import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lockWithAgent } from '../../../../main/host/manage/vault.ts';
import { FlakyVault } from '../../../support/flaky-vault.ts';
import { type ManageRig, manageRig } from '../../../support/manage-rig.ts';
import { scopeOf } from '../../../support/sandbox-agent.ts';

// The sandbox and its keys are made anew for every test.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const PASSPHRASE = 'correct horse battery staple';
const DONE = { kind: 'done', value: null };

let rig: ManageRig;
let keychain: FlakyVault;
beforeEach(async () => {
  keychain = new FlakyVault();
  rig = await manageRig({ vault: keychain });
});
afterEach(() => rig.close());

/** As the agent's lock does it, by whomever. */
function lock(): void {
  rig.agent.setLocked(true);
  lockWithAgent(rig.chosen, rig.agent);
}

const file = () => join(rig.folder, 'vault.bin');
const state = () => rig.agent.snapshot().vault;
const token = () => rig.agent.accessToken(scopeOf('view_flows'), 0);

describe('choosing where sign-ins are kept', () => {
  test('[C26] without a keychain nothing secret is written until somebody chose', async () => {
    keychain.trouble = 'missing';
    const login = await rig.manage.startLogin({ scopes: [], way: 'paste', account: null, isolate: false });
    expect(login).toMatchObject({ kind: 'refused', reason: 'vault-trouble' });
    expect(await readdir(rig.folder)).toEqual([]);
    expect(keychain.calls).toEqual([]);
    expect(login.kind === 'refused' ? login.next : '').toContain('globus-token unlock --new');
  });

  test('[C25] [C28] a passphrase file is made, chosen, and holds the sign-in that comes', async () => {
    expect(rig.manage.needsPassphrase).toBe(false);
    expect(await rig.manage.chooseVault('passphrase', PASSPHRASE)).toEqual(DONE);
    expect(rig.manage.needsPassphrase).toBe(true);
    expect(rig.settings.get().vaultBackend).toBe('passphrase');
    expect(state()).toMatchObject({ backend: 'passphrase', status: 'ready' });
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await rig.signIn();
    expect(keychain.calls).toEqual([]);
    const written = await readFile(file());
    for (const secret of [PASSPHRASE, ...rig.sandbox.issued]) expect(written.includes(secret)).toBe(false);
    expect(JSON.stringify([rig.settings.get(), rig.log.lines])).not.toContain(PASSPHRASE);
  });

  test('memory is chosen without more, and the keychain again', async () => {
    expect(await rig.manage.chooseVault('memory', null)).toEqual(DONE);
    expect(state()).toMatchObject({ backend: 'memory', status: 'ready' });
    expect(await rig.manage.chooseVault('keychain', null)).toEqual(DONE);
    expect(rig.settings.get().vaultBackend).toBe('keychain');
  });

  test('[C26] nothing is carried over: a place that holds sign-ins is not left', async () => {
    await rig.signIn();
    const refused = await rig.manage.chooseVault('memory', null);
    expect(refused).toMatchObject({ kind: 'refused', reason: 'vault-trouble', trouble: 'exists' });
    expect(refused.kind === 'refused' ? refused.next : '').toContain('globus-token logout');
    expect(rig.settings.get().vaultBackend).toBeNull();
    expect(state().backend).toBe('keychain');
    expect(await rig.manage.signOut(null, null)).toEqual(DONE);
    expect(await rig.manage.chooseVault('memory', null)).toEqual(DONE);
  });

  test('a file that is there is not replaced, and one without a passphrase is not made', async () => {
    expect(await rig.manage.chooseVault('passphrase', null)).toMatchObject({ reason: 'bad-request' });
    await writeFile(file(), 'somebody’s', { mode: 0o600 });
    const refused = await rig.manage.chooseVault('passphrase', PASSPHRASE);
    expect(refused).toMatchObject({ reason: 'vault-trouble', trouble: 'exists' });
    expect(await readFile(file(), 'utf8')).toBe('somebody’s');
    expect(rig.settings.get().vaultBackend).toBeNull();
    expect(rig.manage.needsPassphrase).toBe(false);
  });

  test('waits for the end of a sign-in, and for the end of a lock', async () => {
    await rig.close();
    rig = await manageRig({ vault: keychain, openBrowser: () => Promise.resolve() });
    await rig.manage.startLogin({ scopes: [], way: 'paste', account: null, isolate: false });
    expect(await rig.manage.chooseVault('memory', null)).toMatchObject({ reason: 'busy' });
    rig.manage.cancelLogin();
    await rig.manage.loginOver(new AbortController().signal);
    rig.agent.setLocked(true);
    expect(await rig.manage.chooseVault('memory', null)).toMatchObject({ reason: 'locked' });
    expect(state().backend).toBe('keychain');
  });
});

describe('unlocking', () => {
  test('[C29] the lock takes the key, and the passphrase gives it back', async () => {
    await rig.manage.chooseVault('passphrase', PASSPHRASE);
    await rig.signIn();
    lock();
    expect(rig.chosen.passphrase.unlocked).toBe(false);
    await expect.poll(() => state().status).toBe('locked');
    expect(await token()).toMatchObject({ kind: 'locked' });
    expect(await rig.manage.unlock(null)).toMatchObject({ reason: 'locked' });
    const wrong = await rig.manage.unlock('wrong');
    expect(wrong).toMatchObject({ reason: 'vault-trouble', trouble: 'wrong-passphrase' });
    expect(JSON.stringify(wrong)).not.toContain('wrong"');
    expect(rig.agent.locked).toBe(true);
    expect(await rig.manage.unlock(PASSPHRASE)).toEqual(DONE);
    expect(await token()).toMatchObject({ kind: 'token' });
  });

  test('[C27] what is wrong with the file has its own reason, and the agent stays locked', async () => {
    await rig.manage.chooseVault('passphrase', PASSPHRASE);
    await rig.signIn();
    lock();
    const whole = await readFile(file());
    const told = async (content: Buffer) => {
      await writeFile(file(), content);
      const refused = await rig.manage.unlock(PASSPHRASE);
      return refused.kind === 'refused' ? refused.trouble : refused.kind;
    };
    const flipped = Buffer.from(whole);
    flipped.writeUInt8((flipped.at(-1) ?? 0) ^ 1, flipped.length - 1);
    expect(await told(flipped)).toBe('damaged');
    expect(await told(whole.subarray(0, -1))).toBe('truncated');
    expect(rig.agent.locked).toBe(true);
    expect(await told(whole)).toBe('done');
    expect(await token()).toMatchObject({ kind: 'token' });
  });

  test('[C29] a lock that comes while the passphrase is tried counts', async () => {
    await rig.manage.chooseVault('passphrase', PASSPHRASE);
    lockWithAgent(rig.chosen, rig.agent);
    const unlocking = rig.manage.unlock(PASSPHRASE);
    // The turn of the call has begun.
    await Promise.resolve();
    lock();
    expect(await unlocking).toMatchObject({ kind: 'refused' });
    expect(rig.agent.locked).toBe(true);
    expect(rig.chosen.passphrase.unlocked).toBe(false);
  });

  test('a keychain needs no passphrase', async () => {
    await rig.signIn();
    lock();
    expect(await rig.manage.unlock(null)).toEqual(DONE);
    expect(await token()).toMatchObject({ kind: 'token' });
  });

  test('a locked passphrase file makes the check say so', async () => {
    await rig.manage.chooseVault('passphrase', PASSPHRASE);
    await rig.signIn();
    lock();
    rig.agent.setLocked(false);
    await rig.agent.checkVault();
    expect(state().status).toBe('locked');
    expect(rig.manage.check('view_flows', 60)).toMatchObject({ kind: 'refused', reason: 'locked' });
    expect(rig.manage.check(null, 60)).toMatchObject({ kind: 'refused', reason: 'locked' });
  });

  test('[C27] a keychain in trouble makes the check say which', async () => {
    await rig.signIn();
    rig.agent.setLocked(true);
    keychain.trouble = 'slow';
    rig.agent.setLocked(false);
    await rig.agent.checkVault();
    const refused = rig.manage.check('view_flows', 60);
    expect(refused).toMatchObject({ kind: 'refused', reason: 'vault-trouble', trouble: 'slow' });
  });
});
