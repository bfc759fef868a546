import { serviceScope } from './auth.ts';
import { ROUTES } from './routes.ts';
import type { JsonObject } from './values.ts';

/** A small OpenAPI document: the paths with their scopes, no schemas. Made from the routes, so it cannot lie. */
export function openApiDocument(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const route of ROUTES) {
    const scopes = route.scopes === 'handler' ? ['FLOW'] : route.scopes.map(serviceScope);
    (paths[route.path] ??= {})[route.method.toLowerCase()] = {
      summary: route.summary,
      security: scopes.map((scope) => ({ GlobusAuth: [scope] })),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Globus Flows (fake, for tests and demos)', version: '1.0' },
    paths,
  };
}
