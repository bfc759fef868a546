import { SvelteSet } from 'svelte/reactivity';
import type { Answer, Bridge, CallName, Calls, ProblemView } from '../preload/contract.ts';
import { bridgeProblem } from './problems.ts';

/** Calls that main answers with success or a problem: all but the first look at the state. */
export type AnsweredCall = Exclude<CallName, 'state.get'>;
/** Those among them whose success carries nothing. */
export type PlainCall = {
  [N in AnsweredCall]: Calls[N]['answer'] extends Answer ? N : never;
}[AnsweredCall];
export type Refused = Extract<Answer, { ok: false }>;

/** The page's calls of main: which of them wait for an answer, and what the last one that failed said. */
export class MainCalls {
  /** What the last failed call said; stands until it is dismissed or another call begins. */
  problem = $state.raw<ProblemView | null>(null);
  /** Names of the calls that have not been answered. */
  readonly #pending = new SvelteSet<CallName>();
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  isPending(name: CallName): boolean {
    return this.#pending.has(name);
  }

  /** One call whose only news is whether it worked; a problem goes to the banner. */
  async act<N extends PlainCall>(name: N, request: Calls[N]['request']): Promise<boolean> {
    const answer: Answer<unknown> = await this.begin(name, request);
    // Whoever cancelled knows; the news of an end that was asked for is that nothing waits any more.
    if (!answer.ok && answer.problem.reason !== 'cancelled') this.problem = answer.problem;
    return answer.ok;
  }

  /** One call that takes the last problem away; what becomes of its own is the asker’s to say. */
  begin<N extends AnsweredCall>(
    name: N,
    request: Calls[N]['request'],
  ): Promise<Calls[N]['answer'] | Refused> {
    this.problem = null;
    return this.ask(name, request);
  }

  /** One call whose problem the asker shows in place; what the banner says stays. */
  async ask<N extends AnsweredCall>(
    name: N,
    request: Calls[N]['request'],
  ): Promise<Calls[N]['answer'] | Refused> {
    this.#pending.add(name);
    try {
      return await this.#bridge.call(name, request);
    } catch (error) {
      return { ok: false, problem: bridgeProblem(error) };
    } finally {
      this.#pending.delete(name);
    }
  }
}
