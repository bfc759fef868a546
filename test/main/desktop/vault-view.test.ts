import { describe, expect, it } from 'vitest';
import { vaultView } from '../../../main/desktop/vault-view.ts';
import type { VaultView } from '../../../preload/contract.ts';
import { agentSnapshot } from '../../support/desktop.ts';
import { keychainView, passphraseView } from '../../support/vault-views.ts';

const TROUBLES: Exclude<VaultView['status'], 'ready'>[] = ['locked', 'missing', 'denied', 'slow', 'damaged'];
const KWALLET = { backend: 'keychain', label: 'KWallet (Secret Service)', persistent: true } as const;
const EMPTY = { ...KWALLET, status: 'missing', absence: 'collection' } as const;

describe('where sign-ins are kept, for the page', () => {
  it('[C26] has no problem while it is ready', () => {
    expect(vaultView(agentSnapshot({ vault: { ...KWALLET, status: 'ready' } }))).toEqual({
      ...KWALLET,
      status: 'ready',
      asks: false,
      problem: null,
    });
  });

  it.each([
    ['KWallet (Secret Service)', /^KWallet asks for the password itself; this app never sees it\.$/],
    ['GNOME Keyring (Secret Service)', /^GNOME Keyring asks for the password itself/],
    ['Secret Service', /^The keyring asks for the password itself/],
  ])('[C27] [C59] says of a locked %s that it asks when somebody wants it to', (label, words) => {
    const view = vaultView(agentSnapshot({ vault: { ...KWALLET, label, status: 'locked' } }));
    expect(view.asks).toBe(true);
    expect(view.problem?.next).toMatch(words);
  });

  it('[C59] names both ways where KeePassXC would have to ask for each entry', () => {
    const vault = { ...KWALLET, label: 'KeePassXC (Secret Service)', status: 'denied' } as const;
    const { asks, problem } = vaultView(agentSnapshot({ vault }));
    expect(asks).toBe(true);
    expect(problem?.next).toMatch(
      /“Confirm when passwords are retrieved by clients” off.* Or answer its question: it holds until this app ends\.$/,
    );
  });

  it.each([
    ['macOS Keychain', 'locked'],
    ['Windows Credential Manager', 'locked'],
    ['GNOME Keyring (Secret Service)', 'denied'],
    ['GNOME Keyring (Secret Service)', 'slow'],
    ['KWallet (Secret Service)', 'missing'],
  ] as const)('promises no question of %s, %s', (label, status) => {
    expect(vaultView(agentSnapshot({ vault: { ...KWALLET, label, status } })).asks).toBe(false);
  });

  it.each([
    ['keychain', keychainView],
    ['passphrase file', passphraseView],
  ])('[C27] [C59] has its own words for every trouble of a %s', (_what, viewOf) => {
    const problems = TROUBLES.map((status) => viewOf(status).problem);
    expect(new Set(problems.map((problem) => problem?.title)).size).toBe(TROUBLES.length);
    for (const problem of problems) {
      expect(problem?.reason).toMatch(/^vault-/);
      expect(problem?.tokens).toMatch(/sign-in/i);
      expect(problem?.next).toMatch(/\w/);
    }
  });

  it('[C27] [C59] names the program, what it lacks and what to do, on a first run too', () => {
    const { problem } = vaultView(agentSnapshot({ vault: EMPTY, accounts: [], account: null }));
    expect(problem?.title).toBe('KWallet (Secret Service) has no default keyring');
    expect(problem?.next).toMatch(
      /create a wallet named “kdewallet” in KWalletManager.*memory until you quit/i,
    );
  });

  it('[C26] offers no other place where sign-ins are kept already', () => {
    expect(vaultView(agentSnapshot({ vault: EMPTY })).problem?.next).not.toMatch(/memory/);
  });

  it('[C27] names the command that unlocks a passphrase file, what is wrong with it, and never the keychain', () => {
    expect(passphraseView('locked').problem?.next).toBe('Run globus-token unlock in a terminal.');
    const file = { backend: 'passphrase', label: 'passphrase file', persistent: true } as const;
    const cut = vaultView(agentSnapshot({ vault: { ...file, status: 'damaged', damage: 'truncated' } }));
    expect(cut.problem?.title).toBe('The passphrase file is cut short');
    const all = TROUBLES.map((status) => passphraseView(status).problem);
    expect(JSON.stringify(all)).not.toMatch(/key(chain|ring)/i);
  });
});
