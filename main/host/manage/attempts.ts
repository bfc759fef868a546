import type { Managed } from '../../broker/manage-port.ts';
import type { Clock } from '../../effects.ts';
import { refused } from './refusals.ts';

/** That wait for their turn. Each costs half a second of a core and 128 MiB. */
const WAITING = 4;
/** Between a wrong passphrase and the next attempt, whoever makes it. Milliseconds. */
const AFTER_WRONG = 1_000;

/**
 * Attempts at the passphrase, one after another: few may wait, one whose caller has gone is not made, and after a
 * wrong one the next has to wait, so that nobody blocks the owner for long or guesses quickly.
 */
export class Attempts {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #inTurn: <T>(run: () => Promise<T>) => Promise<T>;
  #waiting = 0;
  #rested: Promise<void> = Promise.resolve();

  /** @param inTurn shared with what else asks the vault */
  constructor(clock: Pick<Clock, 'after'>, inTurn: <T>(run: () => Promise<T>) => Promise<T>) {
    this.#clock = clock;
    this.#inTurn = inTurn;
  }

  /** @param signal aborts when the caller is gone */
  async make(attempt: () => Promise<Managed<null>>, signal?: AbortSignal): Promise<Managed<null>> {
    if (this.#waiting >= WAITING) return BUSY;
    this.#waiting += 1;
    try {
      return await this.#inTurn(async () => {
        await Promise.race([this.#rested, ...(signal === undefined ? [] : [aborted(signal)])]);
        if (signal?.aborted === true) return GONE;
        const outcome = await attempt();
        if (outcome.kind === 'refused' && outcome.trouble === 'wrong-passphrase') this.#rest();
        return outcome;
      });
    } finally {
      this.#waiting -= 1;
    }
  }

  #rest(): void {
    this.#rested = new Promise((resolve) => this.#clock.after(AFTER_WRONG, resolve));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const BUSY = refused(
  'busy',
  'Other attempts at the passphrase wait already. Your sign-ins are kept.',
  'Try again in a few seconds: globus-token unlock',
);
const GONE = refused('no-answer');
