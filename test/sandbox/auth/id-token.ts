import { createHash } from 'node:crypto';
import type { Fault, SandboxUser, SessionFacts } from '../types.ts';
import { providerOf, type Identity } from '../users.ts';
import type { AuthContext } from './context.ts';

export interface IdTokenInput {
  clientId: string;
  user: SandboxUser;
  session: SessionFacts;
  /** Scopes of the Auth token: `profile` and `email` decide what is told. */
  scopes: readonly string[];
  /** The top-level access token of the same answer; `at_hash` is about it (OpenID Connect Core §3.1.3.6). */
  accessToken: string;
  nonce?: string;
}

/** Recorded id tokens live as long as recorded access tokens. */
const LIFE_SECONDS = 172_800;

/** An RS512 id token with the claims of GLOBUS.md §2.1; `flaw` spoils it in one way. */
export function createIdToken(
  context: Pick<AuthContext, 'clock' | 'origin' | 'key' | 'identities' | 'mint'>,
  input: IdTokenInput,
  flaw?: Fault['flaw'],
): string {
  const now = Math.floor(context.clock.now() / 1_000);
  const claims: Record<string, unknown> = {
    sub: input.user.sub,
    ...claimsOf(input.user, input.scopes),
    identity_provider: providerOf(input.user).id,
    identity_provider_display_name: providerOf(input.user).name,
    last_authentication: lastAuthentication(input.user.sub, input.session),
    identity_set: context.identities
      .filter(({ account }) => account.sub === input.user.sub)
      .map((identity) => identitySetEntry(identity, input.session)),
    iss: flaw === 'issuer' ? 'https://issuer.invalid' : context.origin(),
    aud: flaw === 'audience' ? '00000000-0000-4000-8000-000000000000' : input.clientId,
    iat: flaw === 'expired' ? now - 2 * LIFE_SECONDS : now,
    exp: flaw === 'expired' ? now - LIFE_SECONDS : now + LIFE_SECONDS,
    at_hash: createHash('sha512').update(input.accessToken).digest().subarray(0, 32).toString('base64url'),
  };
  if (flaw === 'nonce') claims['nonce'] = 'another nonce';
  else if (input.nonce !== undefined && flaw !== 'no_nonce') claims['nonce'] = input.nonce;
  const token = context.key.sign(claims, flaw === 'alg_none' ? 'none' : 'RS512');
  return context.mint.remember(flaw === 'signature' ? withBadSignature(token) : token);
}

/** What `profile` and `email` let a client know; userinfo answers the same. */
export function claimsOf(user: SandboxUser, scopes: readonly string[]): Record<string, unknown> {
  return {
    ...(scopes.includes('profile') ? { name: user.name, organization: user.organization } : {}),
    ...(scopes.includes('profile') ? { preferred_username: user.username } : {}),
    ...(scopes.includes('email') ? { email: user.email } : {}),
  };
}

function identitySetEntry(identity: Identity, session: SessionFacts): Record<string, unknown> {
  return {
    sub: identity.sub,
    username: identity.username,
    name: identity.name,
    email: identity.email,
    organization: identity.organization,
    identity_provider: providerOf(identity).id,
    identity_provider_display_name: providerOf(identity).name,
    last_authentication: lastAuthentication(identity.sub, session),
  };
}

/** Seconds since the epoch; null for an identity that has not signed in. */
function lastAuthentication(sub: string, session: SessionFacts): number | null {
  return session.identities.includes(sub) ? Math.floor(session.authenticatedAt / 1_000) : null;
}

/** Flips a letter in the middle of the signature: its last one holds unused bits. */
function withBadSignature(token: string): string {
  const at = token.lastIndexOf('.') + 20;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}
