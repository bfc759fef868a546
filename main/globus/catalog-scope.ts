/** One scope of the catalog (GLOBUS.md §3). */
export interface CatalogScope {
  /** What people type: `view_flows`, `transfer:all`. Unique in the catalog. */
  readonly name: string;
  /** The full scope string. Its prefix is the same in every environment (§1.1). */
  readonly scope: string;
  readonly resourceServer: string;
  /** One sentence; for the Flows scopes the official definition. */
  readonly definition: string;
  /** What the official definition warns about, where it does. */
  readonly caution?: string;
  /** ID of the service in the catalog; absent for flows, collections and hand-typed scopes. */
  readonly service?: string;
}

/** The scopes of one resource server: one token carries all of them that were asked for together (§0.1). */
export interface Service {
  /** Stable: `transfer`. */
  readonly id: string;
  readonly title: string;
  readonly resourceServer: string;
  readonly scopes: readonly CatalogScope[];
}

/** Both forms of scope strings, the same in every environment (§1.1). */
export const SCOPE_URL = 'https://auth.globus.org/scopes/';
export const SCOPE_URN = 'urn:globus:auth:scope:';
/** `SCOPE_URL` for patterns. */
export const SCOPE_URL_PATTERN = SCOPE_URL.replaceAll('.', '\\.');

export const FLOWS_RESOURCE_SERVER = 'flows.globus.org';
export const AUTH_RESOURCE_SERVER = 'auth.globus.org';

/** One line of a service's table. */
export type ScopeRow = readonly [name: string, scope: string, definition: string, caution?: string];

export function defineService(
  id: string,
  title: string,
  resourceServer: string,
  rows: readonly ScopeRow[],
): Service {
  const scopes = rows.map(([name, scope, definition, caution]) => ({
    name,
    scope,
    resourceServer,
    definition,
    service: id,
    ...(caution === undefined ? {} : { caution }),
  }));
  return { id, title, resourceServer, scopes };
}
