import { html, json, type SandboxRequest, type SandboxResponse } from '../http.ts';
import { authenticate, requireServiceScope, type TokenSource } from './auth.ts';
import { Call } from './call.ts';
import { flowsError, FlowsError } from './errors.ts';
import { openApiDocument } from './openapi.ts';
import { ROUTES, type Route } from './routes.ts';
import type { Store } from './store.ts';

/**
 * Answers one request. Order of the checks: route, token (401), scope (403), then whatever the handler
 * checks: visibility (404), session policy and role (403), body (400, 422), state (409).
 */
export function answer(store: Store, tokens: TokenSource, request: SandboxRequest): SandboxResponse {
  try {
    const open = publicAnswer(request);
    if (open !== undefined) return open;
    const { route, parameters } = findRoute(request);
    const facts = authenticate(request, tokens);
    if (route.scopes !== 'handler') requireServiceScope(facts, route.scopes);
    return route.handle(new Call(store, request, facts, parameters));
  } catch (error) {
    if (!(error instanceof FlowsError)) throw error;
    return json(error.status, { ...error.body, debug_id: store.newId('debug') });
  }
}

/** What needs no token (GLOBUS.md §4). */
function publicAnswer({ method, path }: SandboxRequest): SandboxResponse | undefined {
  if (method !== 'GET') return undefined;
  if (path === '/')
    return json(200, { service: 'flows', note: 'This is a fake Globus Flows for tests and demos.' });
  if (path === '/openapi.json') return json(200, openApiDocument());
  if (path === '/redoc')
    return html(200, '<!doctype html><title>Fake Globus Flows</title><p>See /openapi.json.');
  return undefined;
}

function findRoute({ method, path }: SandboxRequest): {
  route: Route;
  parameters: ReadonlyMap<string, string>;
} {
  const matches = ROUTES.flatMap((route) => {
    const parameters = match(route.path, path);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  const found = matches.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  throw matches.length === 0
    ? flowsError(404, 'NOT_FOUND', `No such path: ${path}`)
    : flowsError(405, 'METHOD_NOT_ALLOWED', `${method} is not allowed for ${path}`);
}

/** The named parts of a path; undefined when it does not fit the pattern. A trailing slash is ignored. */
function match(pattern: string, path: string): ReadonlyMap<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return undefined;
    if (name !== undefined) parameters.set(name, value);
  }
  return parameters;
}
