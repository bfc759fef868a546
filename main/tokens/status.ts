import type { CatalogScope } from '../globus/scopes.ts';

export type ScopeState =
  | 'ready'
  | 'renewing'
  | 'expiring'
  | 'needs-sign-in'
  | 'needs-consent'
  | 'offline'
  | 'locked';

/** One kept scope as the faces see it. */
export interface ScopeStatus {
  readonly entry: CatalogScope;
  readonly state: ScopeState;
  /** Milliseconds since the epoch; null when no access token is held. */
  readonly expiresAt: number | null;
  /** Milliseconds from receipt to end; null when no access token is held. */
  readonly lifetime: number | null;
  /** Full strings of the other scopes that the same token carries. */
  readonly others: readonly string[];
}
