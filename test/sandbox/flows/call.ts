import type { SandboxRequest, SandboxResponse } from '../http.ts';
import type { SandboxUser, TokenFacts } from '../types.ts';
import type { Store } from './store.ts';
import { bodyOf } from './validation.ts';
import type { JsonObject } from './values.ts';

/** One request that a route matched, with a live token behind it. */
export class Call {
  readonly store: Store;
  readonly request: SandboxRequest;
  readonly facts: TokenFacts;
  /** Parts of the path by their names in the route. */
  readonly #parameters: ReadonlyMap<string, string>;

  constructor(
    store: Store,
    request: SandboxRequest,
    facts: TokenFacts,
    parameters: ReadonlyMap<string, string>,
  ) {
    this.store = store;
    this.request = request;
    this.facts = facts;
    this.#parameters = parameters;
  }

  get user(): SandboxUser {
    return this.facts.user;
  }

  /** Milliseconds since the epoch, sandbox clock. */
  get now(): number {
    return this.store.clock.now();
  }

  get query(): URLSearchParams {
    return this.request.query;
  }

  parameter(name: string): string {
    return this.#parameters.get(name) ?? '';
  }

  /** Throws 400 or 422 unless the body is a JSON object or empty. */
  body(): JsonObject {
    return bodyOf(this.request.body);
  }
}

export type Handler = (call: Call) => SandboxResponse;
