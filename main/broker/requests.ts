import type { IncomingMessage } from 'node:http';
import { type Answer, problem } from './answers.ts';
import { type Route, ROUTES } from './contract-routes.ts';
import { type Given, take } from './given.ts';

export type ParsedRequest = { ok: true; route: Route; query: Given } | { ok: false; answer: Answer };

export const MAX_URL = 8_192;

/** Decides by the head alone whether a request is one of the contract. Echoes nothing of it. */
export function parseRequest(request: IncomingMessage): ParsedRequest {
  const refusal = refuseOrigin(request);
  if (refusal !== null) return refused(refusal);
  const url = request.url ?? '';
  if (url.length > MAX_URL)
    return refused(problem('bad-request', `The URL is longer than ${MAX_URL} bytes.`, { close: true }));
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const routes = ROUTES.filter((route) => route.path === path);
  const route = routes.find(({ method }) => method === request.method);
  if (route === undefined) {
    if (routes.length === 0) return refused(problem('not-found'));
    const allow = routes.map(({ method }) => method).join(', ');
    return refused(problem('method-not-allowed', undefined, { headers: { allow } }));
  }
  return parseQuery(route, mark < 0 ? '' : url.slice(mark + 1));
}

/**
 * No page can open a local socket, but whatever bridges one to TCP lets them in; they can leave out neither
 * of these headers, and a rebound name shows in Host.
 */
function refuseOrigin(request: IncomingMessage): Answer | null {
  const { headers } = request;
  const fromPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  const host = headers.host?.toLowerCase();
  return fromPage || host === undefined || !/^localhost(:\d{1,5})?$/.test(host)
    ? problem('foreign-origin')
    : null;
}

function parseQuery(route: Route, search: string): ParsedRequest {
  const parameters = new URLSearchParams(search);
  const query: Given = {};
  for (const { name, required } of route.parameters) {
    const values = parameters.getAll(name);
    const value = values[0];
    if (value === undefined) {
      if (required) return refused(problem('bad-request', `The parameter ${name} is missing.`));
    } else if (values.length > 1) {
      return refused(problem('bad-request', `The parameter ${name} is given more than once.`));
    } else {
      const wrong = take(query, name, value);
      if (wrong !== null) return refused(problem('bad-request', `The parameter ${name} ${wrong}.`));
    }
  }
  return { ok: true, route, query };
}

function refused(answer: Answer): ParsedRequest {
  return { ok: false, answer };
}
