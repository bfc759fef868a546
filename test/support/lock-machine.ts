import { utimesSync } from 'node:fs';
import type { Clock } from '../../main/effects.ts';
import type { LockEffects } from '../../main/session/locks/effects.ts';
import { systemLockEffects } from '../../main/session/locks/effects.ts';

/** A clock that stands until `advance`; its timers run then, in order. */
export class StandingClock implements Clock {
  #now = 1_780_000_000_000;
  #timers: { at: number; run: () => void }[] = [];

  now = () => this.#now;

  after = (milliseconds: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((one) => one !== timer));
  };

  get timers(): number {
    return this.#timers.length;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}

/**
 * A process on a machine of its own (`machine`, 16 hexadecimal digits) that shares a folder with others where
 * no file can be locked. File times are those of the clock, as a file server has them.
 */
export function lockMachine(
  clock: StandingClock,
  machine: string,
  more: Partial<LockEffects> = {},
): LockEffects {
  const own = { pid: 4242, host: `host-${machine.slice(0, 2)}`, started: '77', machine };
  return {
    ...systemLockEffects(clock),
    lockFile: () => ({ kind: 'unsupported' }),
    processes: { own, startOf: (pid) => (pid === own.pid ? own.started : null) },
    touch: (path) => utimesSync(path, clock.now() / 1_000, clock.now() / 1_000),
    ...more,
  };
}
