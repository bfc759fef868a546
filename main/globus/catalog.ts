import { ACTION_SERVICES } from './action-providers.ts';
import { type CatalogScope, type Service } from './catalog-scope.ts';
import { FLOWS_SERVICE } from './flows-service.ts';
import { rootOf } from './scope-string.ts';
import { AUTH_SERVICE, OTHER_SERVICES } from './services.ts';

/** Every service with fixed scopes (GLOBUS.md §3.1–3.3, §7), Flows first, in the order shown. */
export const SERVICES: readonly Service[] = [
  FLOWS_SERVICE,
  AUTH_SERVICE,
  ...OTHER_SERVICES,
  ...ACTION_SERVICES,
];

export const CATALOG: readonly CatalogScope[] = SERVICES.flatMap((service) => service.scopes);

const BY_SCOPE = new Map(CATALOG.map((entry) => [entry.scope, entry]));
const BY_NAME = new Map(CATALOG.map((entry) => [entry.name, entry]));

/** @param scope a full scope string without brackets; collections and flows are not in the catalog */
export function findCatalogScope(scope: string): CatalogScope | undefined {
  return BY_SCOPE.get(scope);
}

/** @param name a short name: `transfer:all` */
export function findName(name: string): CatalogScope | undefined {
  return BY_NAME.get(name);
}

/** @param scope with or without brackets; the root decides */
export function serviceOf(scope: string): Service | undefined {
  const id = findCatalogScope(rootOf(scope))?.service;
  return SERVICES.find((service) => service.id === id);
}
