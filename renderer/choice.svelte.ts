import { SvelteSet } from 'svelte/reactivity';
import type { AppView, ScopeView } from '../preload/contract.ts';

/** Nothing may be fetched that could not be kept, and where to keep it is the user's to say (CHECKLIST 26). */
export function isHomeless({ vault }: Pick<AppView, 'vault'>): boolean {
  return vault.status === 'missing';
}

/** Which scopes a sign-in will ask for. What is not unticked is asked for, so that a new scope starts ticked. */
export class ScopeChoice {
  readonly #unticked: SvelteSet<string>;
  readonly #offered: () => readonly ScopeView[];

  /** @param wanted full scope strings to start with; null: all */
  constructor(scopes: () => readonly ScopeView[], wanted: readonly string[] | null) {
    this.#offered = scopes;
    const left = wanted === null ? [] : scopes().filter(({ scope }) => !wanted.includes(scope));
    this.#unticked = new SvelteSet(left.map(({ scope }) => scope));
  }

  has(scope: string): boolean {
    return !this.#unticked.has(scope);
  }

  toggle(scope: string): void {
    if (!this.#unticked.delete(scope)) this.#unticked.add(scope);
  }

  get ticked(): ScopeView[] {
    return this.#offered().filter(({ scope }) => this.has(scope));
  }

  /** Full scope strings of the ticked ones. */
  get scopes(): string[] {
    return this.ticked.map(({ scope }) => scope);
  }

  /** What the ticks mean for the token, in one sentence. */
  get consequence(): string {
    const { length } = this.ticked;
    if (length === 0) return 'Tick at least one scope.';
    if (length === 1) return 'The token will carry this one scope and nothing else.';
    return `One token will carry all ${length} scopes: whoever holds it can do everything ticked.`;
  }
}
