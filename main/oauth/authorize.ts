import * as oauth from 'oauth4webapi';
import type { AuthRequirement } from '../globus/gare.ts';
import { mergeScopes } from '../globus/scope-string.ts';
import { IDENTITY_SCOPES } from '../globus/scopes.ts';
import type { OAuthContext, Provider } from './context.ts';
import { requirementParameters } from './requirement.ts';

/** One authorization request and the secrets that tie its answer to it. Memory only. */
export interface AuthorizationRequest {
  readonly url: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface AuthorizationWish {
  /** Full scope strings, dependency brackets allowed; the identity scopes are added here. */
  scopes: readonly string[];
  /** Asks with `openid` alone beside `scopes`, so that the token asked for carries nothing else. */
  isolated?: boolean;
  /** What a service asked for before it answers; its scopes are added. */
  requirement?: AuthRequirement;
  redirectUri: string;
  /** Shown on Globus's consent page: "Globus Token Tray on lab-pc" (GLOBUS.md §1.3). */
  label: string;
  /** Makes Globus ask who signs in, even with a live browser session. */
  freshLogin?: boolean;
}

/**
 * Builds the URL that the system browser opens (GLOBUS.md §1.3). PKCE is always S256 with a new verifier,
 * whatever the metadata lists (RFC 9700 §2.1.1); state and nonce are 256 random bits each.
 */
export async function authorizationRequest(
  context: OAuthContext,
  provider: Provider,
  wish: AuthorizationWish,
): Promise<AuthorizationRequest> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(provider.authorization_endpoint ?? '', context.environment.issuer);
  const { requirement } = wish;
  const scopes = mergeScopes([
    ...(wish.isolated === true ? ['openid'] : IDENTITY_SCOPES),
    ...wish.scopes,
    ...(requirement?.requiredScopes ?? []),
  ]);
  const parameters = {
    client_id: context.clientId,
    redirect_uri: wish.redirectUri,
    response_type: 'code',
    scope: scopes.join(' '),
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    access_type: 'offline',
    prefill_named_grant: wish.label,
    ...(requirement === undefined ? {} : requirementParameters(requirement)),
    ...(wish.freshLogin === true ? { prompt: 'login' } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, redirectUri: wish.redirectUri, state, nonce, verifier };
}

/** Where Globus shows the code to people whose browser cannot reach this machine (GLOBUS.md §1.4). */
export function pasteRedirectUri(context: OAuthContext): string {
  return `${context.environment.issuer}/v2/web/auth-code`;
}
