import { SvelteMap } from 'svelte/reactivity';
import type { CallView, ProblemView } from '../preload/contract.ts';
import { ofAccount, type RowId, rowKey } from './rows.ts';
import type { TrayStore } from './store.svelte.ts';

export type TestCallState =
  | { phase: 'idle' }
  | { phase: 'running' }
  | { phase: 'cancelled' }
  /** `allowed`: the offer was taken up, so that running again is worth it. */
  | { phase: 'answered'; call: CallView; allowed: boolean }
  /** The call was never made. */
  | { phase: 'refused'; problem: ProblemView };

const IDLE: TestCallState = { phase: 'idle' };

/** The test call of each recipe and its answer; outlives the sign-in that an answer may lead to. */
export class TestCalls {
  readonly #states = new SvelteMap<string, TestCallState>();
  /** Which run of a recipe is the newest: the answer of an older one is late and counts no more. */
  readonly #runs = new SvelteMap<string, number>();
  readonly #store: TrayStore;

  constructor(store: TrayStore) {
    this.#store = store;
  }

  stateOf(row: RowId, recipe: string): TestCallState {
    return this.#states.get(keyOf(row, recipe)) ?? IDLE;
  }

  async run(row: RowId, recipe: string, values: Record<string, string>): Promise<void> {
    const key = keyOf(row, recipe);
    const run = (this.#runs.get(key) ?? 0) + 1;
    this.#runs.set(key, run);
    this.#states.set(key, { phase: 'running' });
    const request = { scope: row.scope, recipe, values, ...ofAccount(row) };
    const answer = await this.#store.ask('call.run', request);
    if (this.#runs.get(key) !== run) return;
    this.#states.set(
      key,
      answer.ok
        ? { phase: 'answered', call: answer.value, allowed: false }
        : { phase: 'refused', problem: answer.problem },
    );
  }

  /** Ends a call that has no answer yet; its place is empty at once, and main lets go of the connection. */
  async cancel(row: RowId, recipe: string): Promise<void> {
    const key = keyOf(row, recipe);
    if (this.stateOf(row, recipe).phase !== 'running') return;
    this.#runs.set(key, (this.#runs.get(key) ?? 0) + 1);
    this.#states.set(key, { phase: 'cancelled' });
    await this.#store.ask('call.cancel', { call: 'call.run', scope: row.scope, recipe, ...ofAccount(row) });
  }

  /** Takes up the one offer of the answer; running again stays the user's. */
  async allow(row: RowId, recipe: string): Promise<void> {
    const state = this.stateOf(row, recipe);
    if (state.phase !== 'answered' || state.call.offer === null) return;
    if (await this.#store.signIn.accept(state.call.offer.id)) {
      // Nothing else may have been run meanwhile.
      if (this.stateOf(row, recipe) === state)
        this.#states.set(keyOf(row, recipe), { ...state, allowed: true });
    }
  }
}

function keyOf(row: RowId, recipe: string): string {
  return JSON.stringify([rowKey(row), recipe]);
}
