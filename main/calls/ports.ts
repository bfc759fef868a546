import type { Clock, Fetch, Logger, Problem, Result } from '../effects.ts';
import type { Environment, EnvironmentName } from '../globus/environments.ts';
import type { AuthRequirement } from '../globus/gare.ts';
import type { AccessResult } from '../tokens/keeper.ts';

/** What this room needs of the agent. `account`: a `sub`; absent: the default one. */
export interface TokenPorts {
  /** @param scope root scope string. @param minimumMs life that the token should have at least */
  token(scope: string, minimumMs: number, account?: string): Promise<AccessResult>;
  /** Renews the access token behind this scope now; the new one is then what `token` gives. */
  renew(scope: string, account?: string): Promise<Result<unknown>>;
}

export interface CallPorts extends TokenPorts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly log: Logger;
}

export interface FlowBookPorts extends CallPorts {
  /** The flows that the user keeps now. */
  kept(): readonly KeptFlow[];
}

/** What stays as it is when a kept flow is read again. */
export interface KeptFlow {
  readonly id: string;
  readonly collections: readonly string[];
}

/** A flow as the settings keep it: the shape of `FlowRecord` there. */
export interface FlowReading {
  id: string;
  title: string;
  /** The flow's own scope, without brackets. */
  scope: string;
  /** `flow_owner`, `flow_starter`, …: an open set; null when the answer names none. */
  role: string | null;
  /** IDs of the collections that a sign-in asks data access for. */
  collections: string[];
  /** Milliseconds since the epoch. */
  checkedAt: number;
  environment: EnvironmentName;
}

/**
 * The sign-in that would help, full scope strings, brackets allowed.
 * - `consent`: a new authorization for these scopes.
 * - `step-up`: the same, with what `requirement` asks of the session (GLOBUS.md §6).
 * - `sign-in`: what stood for these scopes has ended.
 */
export type Offer =
  | { readonly kind: 'consent' | 'sign-in'; readonly scopes: readonly string[] }
  | { readonly kind: 'step-up'; readonly scopes: readonly string[]; readonly requirement: AuthRequirement };

/** Why there is nothing to show, and the sign-in that would help; null where none would. */
export interface Trouble {
  readonly problem: Problem;
  readonly offer: Offer | null;
}
