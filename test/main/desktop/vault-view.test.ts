import { describe, expect, it } from 'vitest';
import { vaultView } from '../../../main/desktop/vault-view.ts';
import { vaultProblem as shownProblem } from '../../../renderer/problems.ts';
import { agentSnapshot, view } from '../../support/desktop.ts';

const KWALLET = { backend: 'keychain', label: 'KWallet (Secret Service)', persistent: true } as const;
const EMPTY = { ...KWALLET, status: 'missing', absence: 'collection' } as const;

describe('where sign-ins are kept, for the page', () => {
  it('[C26] has no problem while it is ready', () => {
    expect(vaultView(agentSnapshot({ vault: { ...KWALLET, status: 'ready' } }))).toEqual({
      ...KWALLET,
      status: 'ready',
    });
  });

  it('[C27] [C59] names the program, what it lacks and what to do, on a first run too', () => {
    const vault = vaultView(agentSnapshot({ vault: EMPTY, accounts: [], account: null }));
    const problem = shownProblem(view([], { vault, accounts: [], account: null }));
    expect(problem?.title).toBe('KWallet (Secret Service) has no default keyring');
    expect(problem?.next).toMatch(
      /create a wallet named “kdewallet” in KWalletManager.*memory until you quit/i,
    );
  });

  it('[C26] offers no other place where sign-ins are kept already', () => {
    const vault = vaultView(agentSnapshot({ vault: EMPTY }));
    expect(shownProblem(view([], { vault }))?.next).not.toMatch(/memory/);
  });

  it('leaves the words for a passphrase file to the page', () => {
    const file = {
      backend: 'passphrase',
      label: 'passphrase file',
      persistent: true,
      status: 'locked',
    } as const;
    expect(vaultView(agentSnapshot({ vault: file }))).not.toHaveProperty('problem');
  });
});
