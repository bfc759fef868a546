import type { Clock } from '../effects.ts';

export interface LockTimerParts {
  /** Milliseconds from the last unlock, or from the start, to the lock. */
  afterMs: number;
  clock: Clock;
  /** Nothing is handed out: the agent is locked, or its vault is. */
  isLocked: () => boolean;
  lock: () => void;
}

/**
 * Timers stand still while a machine sleeps, and stop at 24 days: the clock is looked at this often instead.
 * Milliseconds.
 */
const LOOK_MS = 30_000;

/**
 * Locks the agent some time after it was last unlocked, whatever it is used for meanwhile: a server has no screen
 * that locks with the person who leaves (CHECKLIST 29).
 */
export class LockTimer {
  readonly #parts: LockTimerParts;
  /** Wall clock, milliseconds; null: locked already. */
  #from: number | null = null;
  #cancel: () => void = () => undefined;

  /** Starts to count at once where something is unlocked. */
  constructor(parts: LockTimerParts) {
    this.#parts = parts;
    this.changed();
  }

  /** To be called after every change of the agent's state. */
  changed(): void {
    const { clock, isLocked } = this.#parts;
    if (isLocked()) {
      this.#cancel();
      this.#from = null;
    } else if (this.#from === null) {
      this.#from = clock.now();
      this.#look();
    }
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const { afterMs, clock, lock } = this.#parts;
    if (this.#from === null) return;
    const now = clock.now();
    // A clock that was set back must not make the time longer than it was.
    if (now < this.#from) this.#from = now;
    const left = this.#from + afterMs - now;
    if (left <= 0) return lock();
    this.#cancel = clock.after(Math.min(left, LOOK_MS), () => this.#look());
  }
}
