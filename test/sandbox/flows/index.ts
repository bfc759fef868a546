import type { SandboxRequest, SandboxResponse } from '../http.ts';
import type { FlowScope, SandboxClock, SandboxUser, TokenFacts } from '../types.ts';
import { flowScope } from './auth.ts';
import { answer } from './router.ts';
import { seedFlows } from './seed-flows.ts';
import { seedRegisteredApis, seedRuns } from './seed-runs.ts';
import { Store } from './store.ts';

export interface FlowsDeps {
  clock: SandboxClock;
  /** What a live access token stands for; undefined for unknown and revoked ones. */
  lookup(token: string): TokenFacts | undefined;
  /** At least one; the first owns most of the seeds. */
  users: readonly SandboxUser[];
  /** Origin of this service, for links in documents; no trailing slash. */
  origin(): string;
}

export interface Flows {
  handle(request: SandboxRequest): SandboxResponse;
  /** The scopes of the flows that exist now: Auth refuses all others as unknown (GLOBUS.md §1.6). */
  scopes(): readonly FlowScope[];
}

/**
 * A fake Globus Flows API (GLOBUS.md §4, §6, §8), seeded with what seed.ts names. It keeps its state in
 * memory and takes the time from the clock alone: runs go on when the clock does.
 */
export function createFlows(deps: FlowsDeps): Flows {
  if (deps.users.length === 0) throw new RangeError('the fake Flows needs at least one user');
  const store = new Store(deps.clock, deps.users, () => deps.origin());
  seedFlows(store);
  seedRuns(store);
  seedRegisteredApis(store);
  return {
    handle: (request) => answer(store, deps, request),
    scopes: () =>
      store.liveFlows().map((flow) => ({
        scope: flowScope(flow.id),
        resourceServer: flow.id,
        title: flow.title,
      })),
  };
}
