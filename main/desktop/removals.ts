import type { KeptEntry } from '../agent-entries.ts';
import type { Result } from '../effects.ts';
import { flowIdOfScope } from '../globus/flow-scope.ts';
import { rootOf } from '../globus/scope-string.ts';
import type { DesktopAgent } from './agent-port.ts';

/** Takes entries off the list and, for as long as the app runs, back again as they were. No grant is touched. */
export class Removals {
  readonly #agent: Pick<DesktopAgent, 'snapshot' | 'entry' | 'removeScope' | 'removeFlow' | 'putBack'>;
  /** The last removal of each scope, by root. */
  readonly #taken = new Map<string, KeptEntry>();

  constructor(agent: Pick<DesktopAgent, 'snapshot' | 'entry' | 'removeScope' | 'removeFlow' | 'putBack'>) {
    this.#agent = agent;
  }

  /** A flow that is off the list is not read again either. */
  remove(scope: string): Result<null> {
    const entry = this.#agent.entry(scope);
    const flow = flowIdOfScope(scope);
    const kept = this.#agent.snapshot().flows.some(({ id }) => id === flow);
    const removed = flow !== null && kept ? this.#agent.removeFlow(flow) : this.#agent.removeScope(scope);
    if (removed.ok && entry !== null) this.#taken.set(entry.root, entry);
    return removed;
  }

  restore(scope: string): Result<null> {
    const entry = this.#taken.get(rootOf(scope));
    if (entry === undefined) return { ok: false, problem: NOT_REMOVED };
    const restored = this.#agent.putBack(entry);
    if (restored.ok) this.#taken.delete(entry.root);
    return restored;
  }
}

const NOT_REMOVED = {
  reason: 'not-removed',
  title: 'There is no removal to take back',
  tokens: 'Your tokens and the list are as they were.',
  next: 'Add the scope again.',
};
