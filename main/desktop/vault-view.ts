import type { VaultView } from '../../preload/contract.ts';
import type { AgentSnapshot } from '../agent-types.ts';
import { askingProblem, asksItself, problemOf } from '../vault/messages.ts';
import { problemView } from './problem-view.ts';

/** Where sign-ins are kept, as the page shows it: which program that is, and what is not there, the page does not know. */
export function vaultView({ vault, accounts }: Pick<AgentSnapshot, 'vault' | 'accounts'>): VaultView {
  const { backend, label, status, persistent } = vault;
  if (status === 'ready') return { backend, label, status, persistent, asks: false, problem: null };
  const problem = askingProblem(problemOf(vault, status, accounts.length > 0), status, label);
  const asks = asksItself(status, label);
  return { backend, label, status, persistent, asks, problem: problemView(problem) };
}
