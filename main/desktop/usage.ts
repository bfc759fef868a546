import type { AuditEntry } from '../broker/contract.ts';
import type { Clock } from '../effects.ts';

/** What of an audit line counts as a use. */
export type UseLine = Pick<AuditEntry, 'kind' | 'answer' | 'scope'>;

/** Milliseconds for which the counts that the menu sorts by stay as they are. */
export const SETTLE = 60_000;

/**
 * How often each scope was used: copied by the user, or handed to a program. The menu sorts by what was
 * counted up to a minute ago: two scripts that take turns must not make its rows jump, and a menu that
 * changes closes where it is open.
 */
export class ScopeUsage {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #counted = new Map<string, number>();
  #shown: ReadonlyMap<string, number> = new Map();
  #settled: number | null = null;
  #newer = false;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  see({ kind, answer, scope }: UseLine): void {
    const used = kind === 'copy' ? answer === 'done' : kind !== 'rule' && answer === 'allowed';
    if (!used || scope === null) return;
    this.#counted.set(scope, (this.#counted.get(scope) ?? 0) + 1);
    this.#newer = true;
  }

  /** @param scope full scope string */
  count(scope: string): number {
    this.#settle();
    return this.#shown.get(scope) ?? 0;
  }

  #settle(): void {
    if (!this.#newer) return;
    const now = this.#clock.now();
    // A clock that was set back must not freeze the order for hours.
    const age = this.#settled === null ? Infinity : Math.abs(now - this.#settled);
    if (age < SETTLE) return;
    this.#shown = new Map(this.#counted);
    this.#settled = now;
    this.#newer = false;
  }
}
