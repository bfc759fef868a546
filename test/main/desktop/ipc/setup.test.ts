import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setupHandlers } from '../../../../main/desktop/ipc/setup.ts';
import { RunningCalls } from '../../../../main/desktop/running-calls.ts';
import { view } from '../../../support/desktop.ts';
import { FlakyVault } from '../../../support/flaky-vault.ts';
import { type ManageRig, manageRig } from '../../../support/manage-rig.ts';
import { scopeOf } from '../../../support/sandbox-agent.ts';

// The sandbox and its keys are made anew for every test.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const DONE = { ok: true, value: null };
const PASSPHRASE = 'correct horse battery staple';

let rig: ManageRig;
let keychain: FlakyVault;
/** Lines of the audit log. */
let noted: string[];
beforeEach(async () => {
  keychain = new FlakyVault();
  rig = await manageRig({ vault: keychain });
  noted = [];
});
afterEach(() => rig.close());

/** The window's choice, on the real agent and the vaults that it chooses from. */
function choose(backend: 'keychain' | 'memory', flatpak = false) {
  const { agent, settings, chosen } = rig;
  const noteAct = (act: string) => void noted.push(act);
  const context = {
    view: () => view([], flatpak ? { flatpak } : {}),
    ...{ agent, noteAct, settings, vault: chosen, tutorialClientId: '', running: new RunningCalls() },
  };
  return setupHandlers(context)['setup.vault']({ backend });
}

const token = () => rig.agent.accessToken(scopeOf('view_flows'), 0);
const refused = (reason: string) => ({ ok: false, problem: { reason } });

describe('where the window lets sign-ins be kept', () => {
  it('[C26] a place that holds sign-ins is not left, and they go on working', async () => {
    await rig.signIn();
    const answer = await choose('memory');
    expect(answer).toMatchObject(refused('vault-holds-sign-ins'));
    expect(answer).toMatchObject({
      problem: {
        title: expect.stringContaining('The keychain holds') as string,
        next: expect.stringMatching(/^Sign out/) as string,
      },
    });
    expect(rig.settings.get().vaultBackend).toBeNull();
    expect(rig.chosen.backend).toBe('keychain');
    expect(await token()).toMatchObject({ kind: 'token' });
    await rig.agent.signOut();
    expect(noted).toEqual([]);
    expect(await choose('memory')).toEqual(DONE);
    expect(rig.settings.get().vaultBackend).toBe('memory');
    expect(noted).toEqual(['vault']);
    expect(await choose('memory')).toEqual(DONE);
    expect(noted).toEqual(['vault']);
  });

  it('[C26] [C59] nor one that does not answer just now: it says how to reach what is in it', async () => {
    await rig.signIn();
    keychain.trouble = 'missing';
    await rig.agent.checkVault();
    expect(await choose('memory')).toMatchObject({
      ok: false,
      problem: { reason: 'vault-holds-sign-ins', next: expect.stringContaining('--unconfirmed') as string },
    });
    // In a Flatpak there is no such command.
    const next = expect.stringMatching(/^(?!.*globus-token).*--delete-data/) as string;
    expect(await choose('memory', true)).toMatchObject({ ok: false, problem: { next } });
    keychain.trouble = null;
    expect(await choose('keychain')).toEqual(DONE);
    expect(rig.agent.snapshot()).toMatchObject({ vault: { backend: 'keychain', status: 'ready' } });
    expect(rig.agent.snapshot().account).not.toBeNull();
  });

  it('[C27] a locked keychain is asked to ask by a press of the button alone', async () => {
    await rig.signIn();
    keychain.trouble = 'locked';
    await rig.agent.start();
    await rig.agent.checkVault();
    await rig.agent.lookAtVault();
    expect(keychain.calls).not.toContain('ask');
    expect(rig.agent.snapshot().vault.status).toBe('locked');
    expect(await choose('keychain')).toEqual(DONE);
    expect(keychain.calls.filter((call) => call === 'ask')).toHaveLength(1);
    expect(rig.agent.snapshot().vault.status).toBe('ready');
  });

  it('[C26] the passphrase file is not left by a try at the keychain', async () => {
    await rig.manage.chooseVault('passphrase', PASSPHRASE);
    await rig.signIn();
    rig.chosen.passphrase.lock();
    await rig.agent.checkVault();
    expect(await choose('keychain')).toMatchObject({
      ok: false,
      problem: {
        reason: 'vault-holds-sign-ins',
        next: expect.stringContaining('globus-token unlock') as string,
      },
    });
    expect(rig.settings.get().vaultBackend).toBe('passphrase');
    await rig.chosen.passphrase.unlock(PASSPHRASE);
    expect(await token()).toMatchObject({ kind: 'token' });
  });

  it('waits for the end of a sign-in, and for the end of a lock', async () => {
    await rig.close();
    rig = await manageRig({ vault: keychain, openBrowser: () => Promise.resolve() });
    const signIn = rig.agent.signIn({ scopes: [scopeOf('view_flows')], way: 'paste' });
    await expect.poll(() => rig.agent.snapshot().signIn.phase).toBe('waiting');
    expect(await choose('memory')).toMatchObject(refused('busy'));
    rig.agent.cancelSignIn();
    await signIn;
    rig.agent.setLocked(true);
    expect(await choose('memory')).toMatchObject(refused('locked'));
    // A second try at the place in use harms nothing.
    expect(await choose('keychain')).toEqual(DONE);
    expect(rig.chosen.backend).toBe('keychain');
  });
});
