import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { CopyFormat, ScopeView } from '../preload/contract.ts';
import { PATIENCE } from './late.svelte.ts';
import { ofAccount, type RowId, rowKey, rowName } from './rows.ts';
import { scopeLook } from './scope-look.ts';
import type { SnippetChoices } from './snippet-choice.svelte.ts';
import type { TestCalls } from './test-calls.svelte.ts';
import type { TrayStore } from './store.svelte.ts';

export type RowJob = CopyFormat | 'renew';

/** What a row's buttons and keys do, and what of it main has not answered yet. */
export class RowWork {
  readonly #store: TrayStore;
  readonly #snippets: SnippetChoices;
  readonly #calls: TestCalls;
  readonly #busy = new SvelteSet<string>();
  /** What has gone on for so long that it is shown, in words. */
  readonly #late = new SvelteMap<string, string>();
  #done = $state('');

  constructor(store: TrayStore, snippets: SnippetChoices, calls: TestCalls) {
    this.#store = store;
    this.#snippets = snippets;
    this.#calls = calls;
  }

  isBusy(row: RowId, job: RowJob): boolean {
    return this.#busy.has(jobKey(row, job));
  }

  isLate(row: RowId, job: RowJob): boolean {
    return this.#late.has(jobKey(row, job));
  }

  /** For ears: "Copying view_flows", and the end of what says nothing else when it is done; empty for nothing. */
  get news(): string {
    return [...this.#late.values()].at(-1) ?? this.#done;
  }

  /** Copies when the row's state allows it. */
  async copy(row: ScopeView, format: CopyFormat): Promise<void> {
    if (scopeLook(row, this.#store.now).action !== 'copy') return;
    const recipe = format === 'header' ? undefined : this.#snippets.recipeOf(row)?.id;
    const more = format === 'header' ? {} : this.#snippets.extras(row);
    await this.#once(row, format, () =>
      this.#store.copy(row.scope, format, recipe, { ...more, ...ofAccount(row) }),
    );
  }

  /** Nobody waits any more: of a copy nothing reaches the clipboard. */
  async cancel(row: RowId, job: RowJob): Promise<void> {
    if (!this.isBusy(row, job)) return;
    const which = { scope: row.scope, ...ofAccount(row) };
    await this.#store.ask(
      'call.cancel',
      job === 'renew' ? { call: 'scope.renew', ...which } : { call: 'scope.copy', format: job, ...which },
    );
  }

  canRenew({ state }: Pick<ScopeView, 'state'>): boolean {
    return state === 'ready' || state === 'expiring';
  }

  async renew(row: ScopeView): Promise<void> {
    if (this.canRenew(row))
      await this.#once(row, 'renew', async () => {
        if (await this.#store.renew(row)) this.#done = `Renewed ${rowName(row)}`;
      });
  }

  /** The recipe in use, where it changes nothing and has not been sent already. */
  canTest(row: ScopeView): boolean {
    const recipe = this.#snippets.recipeOf(row);
    return (
      recipe?.readOnly === true &&
      scopeLook(row, this.#store.now).action === 'copy' &&
      this.#calls.stateOf(row, recipe.id).phase !== 'running'
    );
  }

  async test(row: ScopeView): Promise<void> {
    const recipe = this.#snippets.recipeOf(row);
    if (recipe !== null && this.canTest(row))
      await this.#calls.run(row, recipe.id, this.#snippets.valuesOf(row));
  }

  /** A second press while the first is under way does nothing. */
  async #once(row: ScopeView, job: RowJob, run: () => Promise<unknown>): Promise<void> {
    const key = jobKey(row, job);
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    this.#done = '';
    const words = `${job === 'renew' ? 'Renewing' : 'Copying'} ${rowName(row)}`;
    const stop = this.#store.after(PATIENCE, () => this.#late.set(key, words));
    try {
      await run();
    } finally {
      stop();
      this.#late.delete(key);
      this.#busy.delete(key);
    }
  }
}

function jobKey(row: RowId, job: RowJob): string {
  return `${job} ${rowKey(row)}`;
}
