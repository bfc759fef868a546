import type { Clock } from '../../effects.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** After a start: long enough to be in nobody's way, and different on every machine. */
const FIRST = { least: 5 * MINUTE, spread: 5 * MINUTE };
const DAILY = { least: 22 * HOUR, spread: 4 * HOUR };
/** After one that failed. */
const AGAIN = { least: 3 * HOUR, spread: 2 * HOUR };
/** Timers stand still in sleep, so the wall clock is looked at this often. */
const TICK = 30 * MINUTE;

export interface ScheduleParts {
  clock: Clock;
  /** 0 to 1 */
  random: () => number;
  /** Not now: locked, or offline. It is put off until the next look at the clock. */
  busy: () => boolean;
  /** @returns false when it failed */
  run: () => Promise<boolean>;
}

/** When the feed is asked: some minutes after the start, and about once a day. */
export class Schedule {
  readonly #parts: ScheduleParts;
  #at = 0;
  #cancel: () => void = () => undefined;
  #started = false;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#next(FIRST);
  }

  stop(): void {
    this.#started = false;
    this.#cancel();
  }

  /** Somebody asked by hand: the day begins anew. */
  asked(worked: boolean): void {
    if (this.#started) this.#next(worked ? DAILY : AGAIN);
  }

  #next({ least, spread }: { least: number; spread: number }): void {
    const { clock, random } = this.#parts;
    this.#at = clock.now() + least + random() * spread;
    this.#wait();
  }

  #wait(): void {
    const { clock } = this.#parts;
    this.#cancel();
    const left = Math.max(0, this.#at - clock.now());
    this.#cancel = clock.after(left === 0 ? TICK : Math.min(left, TICK), () => void this.#tick());
  }

  /** A clock that was set back must not put it off for years. */
  #isDue(): boolean {
    const left = this.#at - this.#parts.clock.now();
    return left <= 0 || left > DAILY.least + DAILY.spread;
  }

  async #tick(): Promise<void> {
    const { busy, run } = this.#parts;
    if (!this.#isDue() || busy()) return this.#wait();
    const worked = await run();
    if (this.#started) this.#next(worked ? DAILY : AGAIN);
  }
}
