import type { VaultView } from '../../preload/contract.ts';
import type { AgentSnapshot } from '../agent-types.ts';
import { problemOf } from '../vault/messages.ts';
import { problemView } from './problem-view.ts';

/** Where sign-ins are kept, as the page shows it: which program that is, and what is not there, the page does not know. */
export function vaultView({ vault, accounts }: Pick<AgentSnapshot, 'vault' | 'accounts'>): VaultView {
  const { backend, label, status, persistent } = vault;
  const problem = status === 'ready' ? null : problemOf(vault, status, accounts.length > 0);
  return { backend, label, status, persistent, problem: problemView(problem) };
}
