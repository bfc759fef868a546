import type { AppView, ScopeView } from '../../preload/contract.ts';
import type { Problem } from '../effects.ts';
import { otherTokens, rowsOf } from './other-accounts.ts';
import type { TrayAction } from './tray-items.ts';

interface About {
  action: TrayAction;
  /** The row's token as it was; null: the action is about no row. */
  was: string | null;
}

/**
 * The one problem of the desktop's own that window and tray show: until somebody dismisses it, the action that failed
 * goes well, or the scope that it was about has a token that it did not have. A red icon over healthy tokens is no truth.
 */
export class ReportedProblem {
  #problem: Problem | null;
  #about: About | null = null;

  constructor(problem: Problem | null) {
    this.#problem = problem;
  }

  get current(): Problem | null {
    return this.#problem;
  }

  set(problem: Problem | null): void {
    this.#problem = problem;
    this.#about = null;
  }

  failed(problem: Problem, action: TrayAction, view: AppView): void {
    this.#problem = problem;
    const row = rowOf(action, view);
    this.#about = { action, was: row === null ? null : tokenOf(row) };
  }

  /** @returns whether that ended the problem */
  wentWell(action: TrayAction): boolean {
    if (this.#about === null || keyOf(this.#about.action) !== keyOf(action)) return false;
    this.set(null);
    return true;
  }

  /** To be called with every view. @returns whether what it shows ended the problem */
  look(view: AppView): boolean {
    if (this.#about === null || this.#about.was === null) return false;
    const row = rowOf(this.#about.action, view);
    if (row?.state !== 'ready' || tokenOf(row) === this.#about.was) return false;
    this.set(null);
    return true;
  }
}

function rowOf(action: TrayAction, view: AppView): ScopeView | null {
  if (action.kind !== 'copy' && action.kind !== 'renew') return null;
  const { scope, account } = action;
  const rows =
    account === undefined
      ? view.groups.flatMap(({ scopes }) => scopes)
      : otherTokens(view)
          .filter((one) => one.account.sub === account)
          .flatMap(rowsOf);
  return rows.find((row) => row.scope === scope) ?? null;
}

function tokenOf({ state, expiresAt }: ScopeView): string {
  return `${state} ${expiresAt}`;
}

function keyOf(action: TrayAction): string {
  const { scope = '', account = '' } = action.kind === 'copy' || action.kind === 'renew' ? action : {};
  return [action.kind, scope, account].join(' ');
}
