import type { VaultView } from '../../preload/contract.ts';
import type { AgentSnapshot } from '../agent-types.ts';
import type { Problem } from '../effects.ts';
import { vaultProblem, withoutOffer } from '../vault/messages.ts';
import { problemView } from './problem-view.ts';

/** Where sign-ins are kept, as the page shows it: which program that is, and what is not there, the page does not know. */
export function vaultView({ vault, accounts }: Pick<AgentSnapshot, 'vault' | 'accounts'>): VaultView {
  const { backend, label, status, persistent, absence, damage } = vault;
  return { backend, label, status, persistent, problem: problemView(problem()) };

  function problem(): Problem | null {
    if (status === 'ready') return null;
    const worded = vaultProblem(status, label, absence, damage);
    return accounts.length > 0 ? withoutOffer(worded) : worded;
  }
}
