import type { CatalogScope } from '../globus/scopes.ts';
import type { GrantRecord } from '../settings/types.ts';
import { type AccessToken, EARLY_MS } from './access-tokens.ts';
import { type Forecast, forecastOf } from './forecast.ts';
import { chooseGrant } from './grants.ts';

export type ScopeState =
  'ready' | 'renewing' | 'expiring' | 'needs-sign-in' | 'needs-consent' | 'offline' | 'locked';

/** One kept scope as the faces see it. */
export interface ScopeStatus {
  readonly entry: CatalogScope;
  readonly state: ScopeState;
  /** Milliseconds since the epoch; null when no usable access token is held. */
  readonly expiresAt: number | null;
  /** Milliseconds from receipt to end; null when no usable access token is held. */
  readonly lifetime: number | null;
  /** Full strings of the other scopes that the same token carries. */
  readonly others: readonly string[];
  /** The grant behind it was asked for with this scope alone. */
  readonly isolated: boolean;
  readonly forecast: Forecast;
}

/** Everything that decides a scope's state; no clock, no I/O. */
export interface StatusFacts {
  readonly entry: CatalogScope;
  /** Of one account. */
  readonly grants: readonly GrantRecord[];
  readonly token: (grant: string) => AccessToken | undefined;
  readonly renewing: (grant: string) => boolean;
  /** The last renewal of this grant got no usable answer. */
  readonly unreachable: (grant: string) => boolean;
  /** The session is locked, or the vault could not be used for this grant. */
  readonly locked: (grant: string) => boolean;
  readonly online: boolean;
  readonly now: number;
}

const EXPIRING_MS = 10 * 60_000;
const EXPIRING_SHARE = 0.1;

/** From here on a token counts as expiring: ten minutes before its end, or a tenth of a short life. */
export function expiringFrom(token: AccessToken): number {
  const life = token.expiresAt - token.receivedAt;
  return token.expiresAt - EARLY_MS - Math.min(EXPIRING_MS, life * EXPIRING_SHARE);
}

/** The pure function behind every row, tray line and terminal line. */
export function scopeStatus(facts: StatusFacts): ScopeStatus {
  const grant = chooseGrant(facts.grants, facts.entry.scope);
  const token = grant === undefined ? undefined : facts.token(grant.name);
  const usable = token !== undefined && token.expiresAt - EARLY_MS > facts.now ? token : undefined;
  const none = {
    entry: facts.entry,
    expiresAt: null,
    lifetime: null,
    others: [],
    isolated: grant?.isolated === true,
    forecast: forecastOf(grant, usable),
  };
  if (grant === undefined) {
    return { ...none, state: facts.grants.length > 0 ? 'needs-consent' : 'needs-sign-in' };
  }
  const others = grant.scopes.filter((scope) => scope !== facts.entry.scope);
  if (usable === undefined) return { ...none, others, state: stateWithoutToken(facts, grant.name) };
  return {
    ...none,
    others,
    expiresAt: usable.expiresAt,
    lifetime: usable.expiresAt - usable.receivedAt,
    state: facts.renewing(grant.name) ? 'renewing' : expiringFrom(usable) <= facts.now ? 'expiring' : 'ready',
  };
}

function stateWithoutToken(facts: StatusFacts, grant: string): ScopeState {
  if (facts.renewing(grant)) return 'renewing';
  if (facts.locked(grant)) return 'locked';
  if (!facts.online || facts.unreachable(grant)) return 'offline';
  return 'renewing';
}
