import type { Clock, Fetch } from '../effects.ts';
import { type ApiError, classifyApiError } from './api-error.ts';
import type { AuthRequirement } from './gare.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { readBody, TooLarge } from './read-body.ts';

/**
 * - `refused`: the service's definite word about this request (4xx except 429). `detail` is plain text.
 * - `unreachable`: no usable answer, which says nothing about token, flow or run; try again later.
 */
export type ApiResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string | null;
      readonly detail: string | null;
      readonly gare: AuthRequirement | null;
      /** The same, classified. */
      readonly error: ApiError;
    }
  | {
      readonly kind: 'unreachable';
      /** What the service asked for, else null. */
      readonly retryAfterSeconds: number | null;
      readonly why:
        'network' | 'timeout' | 'cancelled' | 'busy' | 'server' | 'redirect' | 'too-large' | 'unreadable';
    };

/**
 * Gives the access token for the next request. `rejected` is null, or the token that was just answered with
 * 401: then a renewed one is wanted, and giving the same one again lets the 401 stand. What it throws goes
 * through to the caller.
 */
export type TokenGetter = (rejected: string | null) => Promise<string>;

export interface FlowsHttpParts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Origin of the Flows API without a slash; https, or a loopback literal (CHECKLIST 18). */
  readonly origin: string;
  readonly token: TokenGetter;
  /** For one whole request, body included; default 20 s. */
  readonly timeoutMs?: number;
  /** Ends what is under way, and lets nothing new begin. */
  readonly signal?: AbortSignal | undefined;
}

/** Longest answer that is read, in bytes: a page of 100 large flows stays below it. */
export const MAX_ANSWER_BYTES = 2_000_000;
const TIMEOUT_MS = 20_000;
/** RFC 6750 §2.1: what a header may hold; anything else would be another header. */
const BEARER = /^[A-Za-z0-9\-._~+/]+=*$/;

/** GET requests to one Flows API, with the rules that hold for all of them. */
export class FlowsHttp {
  readonly #parts: FlowsHttpParts;

  constructor(parts: FlowsHttpParts) {
    if (!isTrustworthy(parts.origin)) throw new RangeError('not an origin that a token may be sent to');
    this.#parts = parts;
  }

  /** @param path absolute, made of checked parts only */
  async get(path: string, query: readonly (readonly [string, string])[] = []): Promise<ApiResult<unknown>> {
    const url = new URL(path, this.#parts.origin);
    for (const [name, value] of query) url.searchParams.append(name, value);
    if (url.origin !== this.#parts.origin) throw new RangeError('the path leads to another host');
    const first = await this.#parts.token(null);
    const result = await this.#once(url, first);
    if (result.kind !== 'refused' || result.status !== 401 || result.gare !== null) return result;
    // One renewal, one repetition, then the answer stands (CHECKLIST 19).
    const second = await this.#parts.token(first);
    return second === first ? result : this.#once(url, second);
  }

  async #once(url: URL, token: string): Promise<ApiResult<unknown>> {
    if (!BEARER.test(token)) throw new RangeError('not a bearer token');
    const { signal } = this.#parts;
    const abort = new AbortController();
    let late = false;
    const stopTimer = this.#parts.clock.after(this.#parts.timeoutMs ?? TIMEOUT_MS, () => {
      late = true;
      abort.abort();
    });
    const cancel = () => abort.abort();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      if (signal?.aborted === true) return unreachable('cancelled');
      const response = await this.#parts.fetch(url.href, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        // A redirect is not followed at all, so no other host ever sees the header (CHECKLIST 17).
        redirect: 'manual',
        signal: abort.signal,
      });
      return await this.#answer(response);
    } catch (error) {
      if (error instanceof TooLarge) return unreachable('too-large');
      return unreachable(late ? 'timeout' : signal?.aborted === true ? 'cancelled' : 'network');
    } finally {
      stopTimer();
      signal?.removeEventListener('abort', cancel);
      // Also lets go of a body that nobody reads to its end.
      abort.abort();
    }
  }

  async #answer(response: Response): Promise<ApiResult<unknown>> {
    const { status } = response;
    // `redirect: 'manual'` answers status 0 in browsers' fetch, the real one in Node's.
    if (status === 0 || (status >= 300 && status < 400)) return unreachable('redirect');
    if (status === 429 || status >= 500) {
      const wait = retryAfterSeconds(response.headers.get('retry-after'), this.#parts.clock.now());
      return unreachable(status === 429 || status === 503 ? 'busy' : 'server', wait);
    }
    const body = parsed(await readBody(response, MAX_ANSWER_BYTES));
    if (response.ok) return body === undefined ? unreachable('unreadable') : { kind: 'ok', value: body };
    const error = classifyApiError(status, body);
    const gare = error.kind === 'requirement' ? error.requirement : null;
    return { kind: 'refused', status, code: error.code, detail: error.detail, gare, error };
  }
}

type Unreachable = Extract<ApiResult<never>, { kind: 'unreachable' }>;

export function unreachable(why: Unreachable['why'], retryAfterSeconds: number | null = null): Unreachable {
  return { kind: 'unreachable', retryAfterSeconds, why };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isTrustworthy(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1');
}
