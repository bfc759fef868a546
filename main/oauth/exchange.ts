import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { rootOf, splitScopes } from '../globus/scope-string.ts';
import type { AuthorizationRequest } from './authorize.ts';
import { clientOf, type OAuthContext, type Provider, requestOptions } from './context.ts';
import { guarded, OAuthFailure } from './failure.ts';
import { type IssuedToken, readTokens } from './token-response.ts';

export interface Identity {
  readonly sub: string;
  readonly username: string;
  readonly displayName: string;
}

export interface Exchanged {
  readonly tokens: readonly IssuedToken[];
  readonly identity: Identity;
  /** True when the id token carried no nonce: accepted, because the code is PKCE-bound, and worth a log line. */
  readonly nonceAbsent: boolean;
}

/** What the redirect said instead of a code. Server text: show as text only. */
export class AuthorizationRefused extends Error {
  override readonly name = 'AuthorizationRefused';
  constructor(
    readonly error: string,
    readonly description: string | null,
  ) {
    super(`the authorization server answered ${error}`);
  }
}

/**
 * Turns the redirect's query into tokens: checks `iss` (RFC 9207) and `state`, exchanges the code with the
 * same redirect URI and the verifier, then checks the id token (signature RS512 against the JWKS, iss, aud,
 * exp, nonce; GLOBUS.md §2.1).
 *
 * @throws AuthorizationRefused when the server sent an error, OAuthFailure otherwise
 */
export async function exchangeCode(
  context: OAuthContext,
  provider: Provider,
  request: AuthorizationRequest,
  query: URLSearchParams,
): Promise<Exchanged> {
  const client = clientOf(context);
  const options = requestOptions(context);
  return guarded(async () => {
    const parameters = validated(provider, client, query, request.state);
    const response = await oauth.authorizationCodeGrantRequest(
      provider,
      client,
      oauth.None(),
      parameters,
      request.redirectUri,
      request.verifier,
      options,
    );
    const receivedAt = context.clock.now();
    const nonceAbsent = (await nonceOf(response)) === null;
    const body = await oauth.processAuthorizationCodeResponse(provider, client, response, {
      requireIdToken: true,
      ...(nonceAbsent ? {} : { expectedNonce: request.nonce }),
    });
    await oauth.validateApplicationLevelSignature(provider, response, options);
    const scopes = splitScopes(new URL(request.url).searchParams.get('scope') ?? '').map(rootOf);
    return {
      tokens: readTokens(body, scopes, receivedAt),
      identity: identityOf(oauth.getValidatedIdTokenClaims(body)),
      nonceAbsent,
    };
  }).catch((error: unknown) => {
    const cause = error instanceof OAuthFailure ? error.cause : undefined;
    throw cause instanceof AuthorizationRefused ? cause : error;
  });
}

/** The pasted code comes without a redirect, so there is no state or iss to check: PKCE binds it. */
export function pastedQuery(code: string, state: string, issuer: string): URLSearchParams {
  return new URLSearchParams({ code, state, iss: issuer });
}

function validated(
  provider: Provider,
  client: oauth.Client,
  query: URLSearchParams,
  state: string,
): URLSearchParams {
  // The library takes an empty one for none, and none is in order where the metadata announces none (RFC 9207 §2.4).
  if (query.get('iss') === '') throw new OAuthFailure('untrusted', 'the answer names no issuer');
  try {
    return oauth.validateAuthResponse(provider, client, query, state);
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) throw error;
    throw new OAuthFailure('refused', 'the sign-in was refused', {
      code: error.error,
      cause: new AuthorizationRefused(error.error, query.get('error_description')),
    });
  }
}

const payload = z.object({ nonce: z.string().optional() });

/**
 * Looks at the id token before it is validated, for one question only: is there a nonce? The library refuses
 * an absent one when it was told to expect it, and refuses a present one when it was not.
 */
async function nonceOf(response: Response): Promise<string | null> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const token = z.object({ id_token: z.string() }).safeParse(body);
  const part = token.success ? token.data.id_token.split('.')[1] : undefined;
  if (part === undefined) return '';
  try {
    const claims = payload.safeParse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
    return claims.success ? (claims.data.nonce ?? null) : '';
  } catch {
    return '';
  }
}

const claimsGuard = z.object({
  sub: z.string().min(1).max(200),
  preferred_username: z.string().max(500).optional(),
  email: z.string().max(500).optional(),
  name: z.string().max(500).nullish(),
});

function identityOf(claims: oauth.IDToken | undefined): Identity {
  const parsed = claimsGuard.safeParse(claims);
  if (!parsed.success) throw new OAuthFailure('untrusted', 'the id token names nobody');
  const { sub, preferred_username: username, email, name } = parsed.data;
  return { sub, username: username ?? email ?? sub, displayName: name ?? username ?? email ?? sub };
}
