import type { VaultView } from '../../preload/contract.ts';
import type { AgentSnapshot } from '../agent-types.ts';
import { vaultProblem, withoutOffer } from '../vault/messages.ts';
import { problemView } from './problem-view.ts';

/**
 * Where sign-ins are kept, as the page shows it. A keychain that is not ready comes with its problem in words: which
 * program it is, and what is not there, the page does not know.
 */
export function vaultView({ vault, accounts }: Pick<AgentSnapshot, 'vault' | 'accounts'>): VaultView {
  const { backend, label, status, persistent, absence } = vault;
  const view = { backend, label, status, persistent };
  if (backend !== 'keychain' || status === 'ready') return view;
  const problem = vaultProblem(status, label, absence);
  return { ...view, problem: problemView(accounts.length > 0 ? withoutOffer(problem) : problem) };
}
