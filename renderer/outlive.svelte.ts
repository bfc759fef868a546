import type { OutlivesView, ProblemView } from '../preload/contract.ts';
import type { TrayStore } from './store.svelte.ts';

/** What people plan for: a long job over a weekend. */
const USUAL_HOURS = 72;
/** A year: beyond it nothing is known. */
const MOST_HOURS = 8_760;

/** "Will it be valid for at least N hours?", for one scope or for all. */
export class OutliveCheck {
  hours = $state<number | null>(USUAL_HOURS);
  answer = $state.raw<OutlivesView | null>(null);
  problem = $state.raw<ProblemView | null>(null);
  busy = $state(false);
  /** The hours that the answer is about. */
  asked = $state(USUAL_HOURS);
  readonly #store: TrayStore;
  readonly #scope: string | null;

  /** @param scope null: every scope that is signed in */
  constructor(store: TrayStore, scope: string | null) {
    this.#store = store;
    this.#scope = scope;
  }

  get valid(): boolean {
    return this.hours !== null && this.hours > 0 && this.hours <= MOST_HOURS;
  }

  async check(): Promise<void> {
    const { hours } = this;
    if (hours === null || !this.valid) return;
    this.busy = true;
    const answer = await this.#store.ask('forecast.check', { scope: this.#scope, hours });
    this.busy = false;
    this.asked = hours;
    this.answer = answer.ok ? answer.value : null;
    this.problem = answer.ok ? null : answer.problem;
  }
}

/** The answer in a few words; main's `why` says the rest. Pure. */
export function outliveWords(answer: OutlivesView['answer'], hours: number): string {
  const span = `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
  switch (answer) {
    case 'yes':
      return `Yes: this token lives longer than ${span}.`;
    case 'by-renewal':
      return `Yes, by renewal, while this app runs: ${span} and more.`;
    case 'no':
      return `No: it will not last ${span}.`;
    case 'unknown':
      return `Not known for ${span}.`;
  }
}
