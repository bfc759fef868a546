import { SvelteMap } from 'svelte/reactivity';
import type { CallView, ProblemView } from '../preload/contract.ts';
import type { TrayStore } from './store.svelte.ts';

export type TestCallState =
  | { phase: 'idle' }
  | { phase: 'running' }
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

  stateOf(scope: string, recipe: string): TestCallState {
    return this.#states.get(keyOf(scope, recipe)) ?? IDLE;
  }

  async run(scope: string, recipe: string, values: Record<string, string>): Promise<void> {
    const key = keyOf(scope, recipe);
    const run = (this.#runs.get(key) ?? 0) + 1;
    this.#runs.set(key, run);
    this.#states.set(key, { phase: 'running' });
    const answer = await this.#store.ask('call.run', { scope, recipe, values });
    if (this.#runs.get(key) !== run) return;
    this.#states.set(
      key,
      answer.ok
        ? { phase: 'answered', call: answer.value, allowed: false }
        : { phase: 'refused', problem: answer.problem },
    );
  }

  /** Takes up the one offer of the answer; running again stays the user's. */
  async allow(scope: string, recipe: string): Promise<void> {
    const state = this.stateOf(scope, recipe);
    if (state.phase !== 'answered' || state.call.offer === null) return;
    if (await this.#store.accept(state.call.offer.id)) {
      // Nothing else may have been run meanwhile.
      if (this.stateOf(scope, recipe) === state)
        this.#states.set(keyOf(scope, recipe), { ...state, allowed: true });
    }
  }
}

function keyOf(scope: string, recipe: string): string {
  return JSON.stringify([scope, recipe]);
}
