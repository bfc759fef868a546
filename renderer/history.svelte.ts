import type { AuditView, ProblemView } from '../preload/contract.ts';
import type { TrayStore } from './store.svelte.ts';

/** Lines of one scope that are shown; the audit screen has the rest. */
export const HISTORY_LINES = 10;

/** What happened to one scope lately: read when somebody looks and again with each news from main. */
export class ScopeHistory {
  /** Null until the first answer. */
  lines = $state.raw<readonly AuditView[] | null>(null);
  problem = $state.raw<ProblemView | null>(null);
  /** The first reading goes on; later ones leave what is shown in its place. */
  reading = $state(false);
  readonly #store: TrayStore;
  readonly #scope: string;
  #newest = 0;

  constructor(store: TrayStore, scope: string) {
    this.#store = store;
    this.#scope = scope;
  }

  async load(): Promise<void> {
    const reading = ++this.#newest;
    this.reading = this.lines === null;
    const answer = await this.#store.ask('audit.list', { limit: HISTORY_LINES, scope: this.#scope });
    if (reading !== this.#newest) return;
    this.reading = false;
    this.problem = answer.ok ? null : answer.problem;
    if (answer.ok) this.lines = answer.value;
  }
}

/** "Token given", "Copied": without the scope's name, which the row says. Names may hold colons themselves. */
export function happened({ what }: Pick<AuditView, 'what'>): string {
  const rest = what.slice(what.lastIndexOf(': ') + 1).trim();
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Characters of a path that a line has room for; its end tells paths apart. */
const PATH_END = 44;

/** Who it was for: the script, else the program, a long path by its end; null for what was done in the app. */
export function asker({ script, program }: Pick<AuditView, 'script' | 'program'>): string | null {
  const path = script ?? program;
  return path === null || path.length <= PATH_END ? path : `…${path.slice(1 - PATH_END)}`;
}
