import type { Clock } from '../effects.ts';
import type { RenewalResult } from './renewal.ts';

interface Failure {
  tries: number;
  retryAt: number;
  side: FailedSide;
}

/** Where a renewal failed: at Globus or on the way there, or in the vault. */
export type FailedSide = 'server' | 'vault';

export interface PauseEffects {
  clock: Pick<Clock, 'now'>;
  /** From 0 to 1, for jitter only. */
  random: () => number;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 5 * 60_000;
/** Of a refresh token that waits in memory alone, which ends with the process: no server is asked before it is saved. */
const RETRY_UNSAVED_MAX_MS = 10_000;

/** How long each grant is left alone after a renewal that failed: longer each time, or as long as the server says. */
export class Pauses {
  readonly #effects: PauseEffects;
  readonly #failures = new Map<string, Failure>();

  constructor(effects: PauseEffects) {
    this.#effects = effects;
  }

  /** When it may be tried again; null: its last renewal did not fail. */
  until(grant: string): number | null {
    return this.#failures.get(grant)?.retryAt ?? null;
  }

  /** Null: its last renewal did not fail. */
  side(grant: string): FailedSide | null {
    return this.#failures.get(grant)?.side ?? null;
  }

  /** A renewal is over. */
  note(grant: string, result: RenewalResult): void {
    if (result.kind === 'renewed' || result.kind === 'ended') return this.forget(grant);
    const tries = (this.#failures.get(grant)?.tries ?? 0) + 1;
    const asked = result.kind === 'unreachable' ? (result.failure.retryAfterSeconds ?? 0) * 1000 : 0;
    // Jitter, so that many machines do not come back in step (GLOBUS.md §2.5).
    const most = result.kind === 'vault' && result.unsaved === true ? RETRY_UNSAVED_MAX_MS : RETRY_MAX_MS;
    const backoff = Math.min(most, RETRY_FIRST_MS * 2 ** (tries - 1)) * (0.5 + this.#effects.random() / 2);
    this.#failures.set(grant, {
      tries,
      retryAt: this.#effects.clock.now() + Math.max(asked, backoff),
      side: result.kind === 'vault' ? 'vault' : 'server',
    });
  }

  /** Whatever failed before is worth a new try; one that fails again waits longer than before all the same. */
  end(): void {
    for (const failure of this.#failures.values()) failure.retryAt = 0;
  }

  forget(grant: string): void {
    this.#failures.delete(grant);
  }
}
