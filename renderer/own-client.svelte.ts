import type { ProblemView } from '../preload/contract.ts';
import { parseClientId } from './client-id.ts';

/** The field for a client ID, and what there is to say about what stands in it. */
export class OwnClient {
  text = $state('');
  /** To come back to when something is wrong with it. */
  field = $state<HTMLInputElement>();
  /** Complaints wait for the first try: nobody is corrected in the middle of typing. */
  #tried = $state(false);
  #refused = $state.raw<{ clientId: string; problem: ProblemView } | null>(null);

  /** @param clientId what stands in the field at first; null: nothing */
  constructor(clientId: string | null) {
    this.text = clientId ?? '';
  }

  /** Lower case; null: what stands there is none. */
  readonly clientId = $derived(parseClientId(this.text));
  readonly wrong = $derived(this.#tried && this.clientId === null);

  /** What main said about this ID; another one has not been said anything about. */
  get problem(): ProblemView | null {
    return this.#refused?.clientId === this.clientId ? (this.#refused?.problem ?? null) : null;
  }

  /** Somebody wants to go on with it. @returns null: it is none, and the field says so now */
  take(): string | null {
    this.#tried = true;
    this.#refused = null;
    return this.clientId;
  }

  refuse(clientId: string, problem: ProblemView): void {
    this.#refused = { clientId, problem };
  }
}
