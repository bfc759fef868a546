import { SvelteMap } from 'svelte/reactivity';
import type { ProblemView, RunView } from '../preload/contract.ts';
import type { TrayStore } from './store.svelte.ts';

export type RunsState =
  | { phase: 'unread' }
  | { phase: 'reading' }
  | { phase: 'read'; runs: readonly RunView[] }
  | { phase: 'refused'; problem: ProblemView };

const UNREAD: RunsState = { phase: 'unread' };

/** The recent runs of each flow, read when somebody asks to see them. */
export class FlowRuns {
  readonly #states = new SvelteMap<string, RunsState>();
  /** Which reading of a flow is the newest: an older one's answer counts no more. */
  readonly #readings = new SvelteMap<string, number>();
  readonly #before = new SvelteMap<string, RunsState>();
  readonly #store: TrayStore;

  constructor(store: TrayStore) {
    this.#store = store;
  }

  /** @param flow its ID */
  stateOf(flow: string): RunsState {
    return this.#states.get(flow) ?? UNREAD;
  }

  /** Whether its runs were asked for before: what the button is called must not change under a press. */
  wasRead(flow: string): boolean {
    const { phase } = this.stateOf(flow);
    return phase === 'read' || phase === 'refused';
  }

  async read(flow: string): Promise<void> {
    if (this.stateOf(flow).phase === 'reading') return;
    const before = this.stateOf(flow);
    const reading = (this.#readings.get(flow) ?? 0) + 1;
    this.#readings.set(flow, reading);
    this.#before.set(flow, before);
    this.#states.set(flow, { phase: 'reading' });
    const answer = await this.#store.ask('flow.runs', { id: flow });
    if (this.#readings.get(flow) !== reading) return;
    this.#states.set(
      flow,
      answer.ok ? { phase: 'read', runs: answer.value } : { phase: 'refused', problem: answer.problem },
    );
  }

  /** What was shown before comes back, and main lets go of the connection. */
  async cancel(flow: string): Promise<void> {
    if (this.stateOf(flow).phase !== 'reading') return;
    this.#readings.set(flow, (this.#readings.get(flow) ?? 0) + 1);
    this.#states.set(flow, this.#before.get(flow) ?? UNREAD);
    await this.#store.ask('call.cancel', { call: 'flow.runs', id: flow });
  }

  /** Gives a waiting run what it waits for, then reads again. @param offer its ID */
  async allow(flow: string, offer: string): Promise<void> {
    if (await this.#store.signIn.accept(offer)) await this.read(flow);
  }
}
