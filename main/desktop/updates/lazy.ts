import type { Agent } from '../../agent.ts';
import type { UpdateParts } from './setup.ts';
import type { Updates } from './updates.ts';

export interface LazyUpdateParts extends Omit<UpdateParts, 'busy'> {
  agent: Pick<Agent, 'snapshot'>;
}

/** The updates behind an import: nobody waits for them, and most of the time they do nothing. */
export class LazyUpdates {
  readonly #parts: LazyUpdateParts;
  #updates: Updates | null = null;

  constructor(parts: LazyUpdateParts) {
    this.#parts = parts;
  }

  /** null: not loaded yet. */
  get now(): Updates | null {
    return this.#updates;
  }

  /** To be called once, when the rest of the app stands. */
  async start(): Promise<void> {
    const { setupUpdates } = await import('./setup.ts');
    const { agent, ...parts } = this.#parts;
    const busy = () => {
      const { locked, online } = agent.snapshot();
      return locked || !online;
    };
    this.#updates = setupUpdates({ ...parts, busy });
    this.#updates.followSetting();
    parts.changed();
  }
}
