/** The catalog of scopes that a fresh install shows (GLOBUS.md §3.1). */
export interface CatalogScope {
  /** What people type: `view_flows`. */
  readonly name: string;
  /** The full scope string. Its prefix is the Flows client ID in every environment (§1.1). */
  readonly scope: string;
  readonly resourceServer: string;
  /** The official definition, one sentence. */
  readonly definition: string;
  /** What the official definition warns about, where it does. */
  readonly caution?: string;
}

export const FLOWS_RESOURCE_SERVER = 'flows.globus.org';
export const AUTH_RESOURCE_SERVER = 'auth.globus.org';
const FLOWS_PREFIX = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/';

function flows(name: string, definition: string, caution?: string): CatalogScope {
  return {
    name,
    scope: FLOWS_PREFIX + name,
    resourceServer: FLOWS_RESOURCE_SERVER,
    definition,
    ...(caution === undefined ? {} : { caution }),
  };
}

/** Ordered as the window shows them: the ones that read first, the widest last. */
export const FLOWS_SCOPES: readonly CatalogScope[] = [
  flows('view_flows', 'Grants ability to view flows'),
  flows('manage_flows', 'Grants ability to manage flows'),
  flows(
    'run',
    'Grants ability to run flows',
    'Supports only basic flows with no external action references; most flows require the flow’s own scope.',
  ),
  flows('run_status', 'Grants ability to check the status of runs'),
  flows('run_manage', 'Grants ability to manage runs'),
  flows(
    'all',
    'Grants all capabilities of the Flows service, except those which require a flow-specific scope',
  ),
];

/** Asked for in every sign-in, so that an id token comes and the Auth token does not shrink (§2.1). */
export const IDENTITY_SCOPES: readonly string[] = ['openid', 'profile', 'email'];

/** The tutorial client of the Globus SDK documents: an explicit "try it" choice, never a default (§1.5). */
export const TUTORIAL_CLIENT_ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';

export function findScope(scope: string): CatalogScope | undefined {
  return FLOWS_SCOPES.find((entry) => entry.scope === scope);
}
