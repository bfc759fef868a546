import type { AuditEntry } from '../broker/contract.ts';
import type { Clock } from '../effects.ts';

/** Counts the different programs that asked since midnight, the user's midnight. A script counts by itself. */
export class ProgramsToday {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #names = new Set<string>();
  #begins = 0;
  #ends = 0;

  /** @param earlier what the log already holds, in any order */
  constructor(clock: Pick<Clock, 'now'>, earlier: readonly AuditEntry[]) {
    this.#clock = clock;
    for (const entry of earlier) this.see(entry);
  }

  get count(): number {
    this.#turn();
    return this.#names.size;
  }

  see({ time, program, script }: Pick<AuditEntry, 'time' | 'program' | 'script'>): void {
    const name = script ?? program;
    if (name === null) return;
    this.#turn();
    const at = Date.parse(time);
    if (at >= this.#begins && at < this.#ends) this.#names.add(name);
  }

  /** A new day, or a clock that was set, starts at none. */
  #turn(): void {
    const now = this.#clock.now();
    if (now >= this.#begins && now < this.#ends) return;
    this.#begins = new Date(now).setHours(0, 0, 0, 0);
    const next = new Date(this.#begins);
    this.#ends = next.setDate(next.getDate() + 1);
    this.#names.clear();
  }
}
