import type { CatalogScope } from './catalog-scope.ts';
import { FLOWS_SCOPES } from './flows-service.ts';

/** What other rooms know of the catalog (GLOBUS.md §3). */
export { AUTH_RESOURCE_SERVER, type CatalogScope, FLOWS_RESOURCE_SERVER } from './catalog-scope.ts';
export { findCatalogScope } from './catalog.ts';
export { FLOWS_SCOPES, WEB_INPUT_SCOPES } from './flows-service.ts';

/** Asked for in every sign-in, so that an id token comes and the Auth token does not shrink (§2.1). */
export const IDENTITY_SCOPES: readonly string[] = ['openid', 'profile', 'email'];

/** The tutorial client of the Globus SDK documents: an explicit "try it" choice, never a default (§1.5). */
export const TUTORIAL_CLIENT_ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';

/** Among what a fresh install shows; `findCatalogScope` looks through all services. */
export function findScope(scope: string): CatalogScope | undefined {
  return FLOWS_SCOPES.find((entry) => entry.scope === scope);
}
