import type { SandboxClock, SandboxUser, SessionFacts, TokenFacts } from '../types.ts';
import { SANDBOX_USERS } from '../users.ts';
import { FLOWS_RESOURCE_SERVER, flowScope, serviceScope, type ServiceScope } from './auth.ts';
import { createFlows, type Flows } from './index.ts';
import { isObject, type JsonObject } from './values.ts';

export const START = Date.parse('2026-06-01T12:00:00Z');

export interface Answer {
  status: number;
  /** The body as a client reads it: it has been through JSON. */
  body: JsonObject;
}

/** A fake Flows with a clock that stands still and tokens made to order, for the tests beside it. */
export class FlowsBench {
  time = START;
  readonly clock: SandboxClock = {
    now: () => this.time,
    advance: (milliseconds) => {
      this.time += milliseconds;
    },
  };
  readonly users = SANDBOX_USERS;
  readonly flows: Flows;
  readonly #tokens = new Map<string, TokenFacts>();

  constructor() {
    this.flows = createFlows({
      clock: this.clock,
      lookup: (token) => this.#tokens.get(token),
      users: this.users,
      origin: () => 'http://127.0.0.1:9',
    });
  }

  user(index: number): SandboxUser {
    const user = this.users[index];
    if (user === undefined) throw new RangeError(`there is no user ${index}`);
    return user;
  }

  urn(index: number): string {
    return `urn:globus:auth:identity:${this.user(index).sub}`;
  }

  /** A token of the Flows service with these scopes. */
  token(scopes: ServiceScope | readonly ServiceScope[], user = 0, more: Partial<TokenFacts> = {}): string {
    const list = typeof scopes === 'string' ? [scopes] : scopes;
    return this.#issue({
      resourceServer: FLOWS_RESOURCE_SERVER,
      scopes: list.map(serviceScope),
      user: this.user(user),
      ...more,
    });
  }

  /** A token of one flow. */
  flowToken(flowId: string, user = 0, more: Partial<TokenFacts> = {}): string {
    return this.#issue({
      resourceServer: flowId,
      scopes: [flowScope(flowId)],
      user: this.user(user),
      ...more,
    });
  }

  session(more: Partial<SessionFacts> = {}): SessionFacts {
    return {
      identities: [this.user(0).sub],
      authenticatedAt: this.time,
      mfa: false,
      policies: [],
      ...more,
    };
  }

  call(method: string, target: string, token?: string, body?: unknown): Answer {
    const url = new URL(target, 'http://127.0.0.1:9');
    const response = this.flows.handle({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const read: unknown = JSON.parse(JSON.stringify(response.body));
    return { status: response.status, body: isObject(read) ? read : { text: read } };
  }

  get(target: string, token?: string): Answer {
    return this.call('GET', target, token);
  }

  /** Follows the markers of a list to its end; answers the pages. */
  pages(target: string, token: string): JsonObject[] {
    const pages = [this.get(target, token).body];
    for (;;) {
      const marker = pages.at(-1)?.['marker'];
      if (typeof marker !== 'string') return pages;
      const path = target.split('?')[0] ?? '';
      pages.push(this.get(`${path}?marker=${encodeURIComponent(marker)}`, token).body);
    }
  }

  #issue(facts: Pick<TokenFacts, 'resourceServer' | 'scopes' | 'user'> & Partial<TokenFacts>): string {
    const token = `token-${this.#tokens.size + 1}`;
    this.#tokens.set(token, {
      clientId: 'client',
      issuedAt: this.time,
      expiresAt: this.time + 365 * 24 * 3_600_000,
      ...facts,
      token,
    });
    return token;
  }
}

/** The value at a path of keys and indexes, such as `error.detail.0.loc`; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return (inner as unknown[])[Number(key)];
    return isObject(inner) ? inner[key] : undefined;
  }, value);
}

/** A list of objects at a path; fails where there is none. */
export function listAt(value: unknown, path: string): JsonObject[] {
  const list = at(value, path);
  if (!Array.isArray(list)) throw new TypeError(`there is no list at ${path}`);
  return list.filter(isObject);
}

export function textAt(value: unknown, path: string): string {
  const text = at(value, path);
  if (typeof text !== 'string') throw new TypeError(`there is no text at ${path}`);
  return text;
}
