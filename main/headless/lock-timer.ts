import type { Clock } from '../effects.ts';

export interface LockTimerParts {
  /** Milliseconds from the last unlock, or from the start, to the lock. */
  afterMs: number;
  clock: Clock;
  /** Milliseconds from any point, by a clock that nobody sets; it may stand still while the machine sleeps. */
  steady: () => number;
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
 *
 * From one look to the next, that clock counts which went further: the wall clock knows of sleep, the steady one
 * goes on where the wall clock is set back. So the time may become shorter than it was said, and never longer.
 */
export class LockTimer {
  readonly #parts: LockTimerParts;
  /** Both clocks at the last look, and what has passed since the unlock, milliseconds; null: locked already. */
  #seen: { wall: number; steady: number; passed: number } | null = null;
  #cancel: () => void = () => undefined;

  /** Starts to count at once where something is unlocked. */
  constructor(parts: LockTimerParts) {
    this.#parts = parts;
    this.changed();
  }

  /** To be called after every change of the agent's state. */
  changed(): void {
    if (this.#parts.isLocked()) {
      this.#cancel();
      this.#seen = null;
    } else if (this.#seen === null) {
      this.#seen = { ...this.#clocks(), passed: 0 };
      this.#look();
    }
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const { afterMs, clock, lock } = this.#parts;
    const last = this.#seen;
    if (last === null) return;
    const now = this.#clocks();
    const passed = last.passed + Math.max(now.wall - last.wall, now.steady - last.steady);
    this.#seen = { ...now, passed };
    const left = afterMs - passed;
    if (left <= 0) return lock();
    this.#cancel = clock.after(Math.min(left, LOOK_MS), () => this.#look());
  }

  #clocks(): { wall: number; steady: number } {
    return { wall: this.#parts.clock.now(), steady: this.#parts.steady() };
  }
}
