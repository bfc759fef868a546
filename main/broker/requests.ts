import type { IncomingMessage } from 'node:http';
import { type Answer, problem } from './answers.ts';
import { type Route, ROUTES } from './contract.ts';

/** The parameters of a request, guarded. Those that its route does not take are absent. */
export interface Query {
  scope?: string;
  /** Seconds, 0 to 31,536,000. */
  min_ttl?: number;
  account?: string;
  interactive?: boolean;
  name?: string;
  id?: string;
  /** Name of a grant; whether there is one, the handler finds out. */
  grant?: string;
  /** 1 to 1,000. */
  limit?: number;
}

export type ParsedRequest = { ok: true; route: Route; query: Query } | { ok: false; answer: Answer };

export const MAX_URL = 8_192;
export const MAX_BODY = 4_096;

const LONGEST_TTL = 31_536_000;
const MAX_AUDIT_LINES = 1_000;
const SCOPE = /^[\x21-\x7e][\x20-\x7e]{0,4095}$/;
/** Control and format characters (bidirectional overrides too), lone surrogates, line separators. */
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

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

/** Bytes of body that the head announces; Infinity for chunks, whose end is not known. */
export function announcedBody(request: IncomingMessage): number {
  if (request.headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(request.headers['content-length'] ?? 0);
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
  const query: Query = {};
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

/** Guards one value and puts it in. @returns what is wrong with it */
function take(query: Query, name: string, value: string): string | null {
  switch (name) {
    case 'scope':
      if (!SCOPE.test(value)) return 'must be 1 to 4096 printable ASCII characters';
      query.scope = value;
      return null;
    case 'min_ttl':
      if (!isWhole(value, 0, LONGEST_TTL)) return `must be whole seconds from 0 to ${LONGEST_TTL}`;
      query.min_ttl = Number(value);
      return null;
    case 'limit':
      if (!isWhole(value, 1, MAX_AUDIT_LINES)) return `must be a whole number from 1 to ${MAX_AUDIT_LINES}`;
      query.limit = Number(value);
      return null;
    case 'interactive':
      if (!/^(?:0|1|true|false)$/.test(value)) return 'must be 1 or 0';
      query.interactive = value === '1' || value === 'true';
      return null;
    case 'account':
      if (!isShowable(value, 320)) return 'must be 1 to 320 characters without control characters';
      query.account = value;
      return null;
    case 'name':
      if (!isShowable(value, 80)) return 'must be 1 to 80 characters without control characters';
      query.name = value;
      return null;
    case 'grant':
      if (!isShowable(value, 1_000)) return 'must be 1 to 1000 characters without control characters';
      query.grant = value;
      return null;
    case 'id':
      if (!isShowable(value, 200)) return 'must be 1 to 200 characters without control characters';
      query.id = value;
      return null;
    default:
      // The contract names a parameter that nothing guards: it never reaches a handler.
      return 'is not taken by this version';
  }
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d{1,8}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function isShowable(text: string, most: number): boolean {
  return text.trim() !== '' && [...text].length <= most && !UNSHOWABLE.test(text);
}

function refused(answer: Answer): ParsedRequest {
  return { ok: false, answer };
}
