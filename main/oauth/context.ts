import * as oauth from 'oauth4webapi';
import type { Clock, Fetch } from '../effects.ts';
import type { Environment } from '../globus/environments.ts';
import { OAuthFailure } from './failure.ts';

/** What every OAuth request needs. One per client ID and environment. */
export interface OAuthContext {
  environment: Environment;
  clientId: string;
  clock: Clock;
  fetch: Fetch;
  /** Told of the `Date` header of every answer (milliseconds), for the skew warning (GLOBUS.md §2.2). */
  noteServerDate?: (serverNow: number) => void;
}

/** The authorization server as its own metadata describes it, checked against the configured issuer. */
export type Provider = oauth.AuthorizationServer;

const REQUEST_TIMEOUT_MS = 30_000;
/** Globus's own clients allow 300 s when they check an id token (GLOBUS.md §2.1). */
const LEEWAY_SECONDS = 300;

/** A public client: no secret exists, token requests carry `client_id` alone (RFC 8252 §8.5). */
export function clientOf(context: OAuthContext): oauth.Client {
  return {
    client_id: context.clientId,
    [oauth.clockTolerance]: LEEWAY_SECONDS,
    [oauth.clockSkew]: Math.round((context.clock.now() - Date.now()) / 1000),
  };
}

export interface RequestOptions {
  [oauth.customFetch]: (url: string, init: { method: string }) => Promise<Response>;
  [oauth.allowInsecureRequests]: boolean;
}

/**
 * Options for one oauth4webapi request. Plain http is possible only where the environment is the fake one,
 * whose origins are loopback literals by construction (CHECKLIST 18).
 */
export function requestOptions(context: OAuthContext): RequestOptions {
  return {
    [oauth.customFetch]: (url: string, init: { method: string }) => send(context, url, init),
    [oauth.allowInsecureRequests]: context.environment.fake,
  };
}

async function send(context: OAuthContext, url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await context.fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  } catch (cause) {
    throw new OAuthFailure('network', 'the server could not be reached', { cause });
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isFinite(date)) context.noteServerDate?.(date);
  // Everything but an answer about *this* request says nothing about the credential.
  if (response.status === 429 || response.status >= 500) {
    await response.body?.cancel();
    throw new OAuthFailure('unavailable', `the server answered ${response.status}`, {
      status: response.status,
      retryAfterSeconds: retryAfter(response),
    });
  }
  return response;
}

/** Integer seconds only, as Globus's own clients read it (GLOBUS.md §2.5). */
function retryAfter(response: Response): number | null {
  const text = response.headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : null;
}
