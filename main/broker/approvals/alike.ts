import type { Clock } from '../../effects.ts';
import type { Leaving } from '../departure.ts';
import type { Question, Verdict } from '../types.ts';
import { isBound } from './offers.ts';

/**
 * Questions that one lasting answer settles: those of several processes of one script, as GNU parallel, an array of
 * Slurm's or `make -j` starts them. The first is asked; the others take no place in the queue and wait behind it, so
 * that thirty processes are one question, and nobody is turned away for being many. A "once" is for the first alone,
 * and the next one is asked then.
 */
export class Alike {
  readonly #clock: Clock;
  readonly #first = new Map<string, { readonly verdict: Promise<Verdict>; behind: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True: one like it is asked about, or waits to be. */
  hasFirst(question: Question): boolean {
    return this.#first.has(keyOf(question) ?? '');
  }

  /** How many wait behind this one. */
  behind(question: Question): number {
    return this.#first.get(keyOf(question) ?? '')?.behind ?? 0;
  }

  /** @param verdict of the first of its kind; nothing comes before it */
  lead(question: Question, verdict: Promise<Verdict>): Promise<Verdict> {
    const key = keyOf(question);
    if (key === null || this.#first.has(key)) return verdict;
    const over = () => void this.#first.delete(key);
    this.#first.set(key, { verdict, behind: 0 });
    verdict.then(over, over);
    return verdict;
  }

  /**
   * Waits for the end of the first one.
   *
   * @param waitMs that this one may take; undefined: as long as the first
   * @returns the first one's verdict; null: this one waits no longer
   */
  async follow(question: Question, leaving: Leaving, waitMs: number | undefined): Promise<Verdict | null> {
    const first = this.#first.get(keyOf(question) ?? '');
    if (first === undefined || leaving.aborted) return null;
    first.behind += 1;
    let leave = (): void => undefined;
    const left = new Promise<null>((resolve) => {
      leave = () => resolve(null);
    });
    const stopTimer = waitMs === undefined ? leave : this.#clock.after(waitMs, leave);
    leaving.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([first.verdict, left]);
    } finally {
      first.behind -= 1;
      stopTimer();
      leaving.removeEventListener('abort', leave);
    }
  }
}

/** Null: nothing on disk says that two of them would do the same, so each is asked about by itself. */
function keyOf({ caller: { subject }, scope, account, selfName }: Question): string | null {
  if (subject.kind !== 'program' || !isBound(subject)) return null;
  const { program, script, terminal } = subject;
  return JSON.stringify([program, script, terminal, scope, account.sub, selfName]);
}
