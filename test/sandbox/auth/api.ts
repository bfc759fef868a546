import { randomUUID } from 'node:crypto';
import { bearer, json, methodNotAllowed, type SandboxRequest, type SandboxResponse } from '../http.ts';
import type { TokenFacts } from '../types.ts';
import { providerOf, type Identity } from '../users.ts';
import { scopeId } from './consent-store.ts';
import type { AuthContext } from './context.ts';
import { claimsOf } from './id-token.ts';

const AUTH_SCOPE = 'urn:globus:auth:scope:auth.globus.org:';

/** GET `/v2/oauth2/userinfo`: `sub`, and what `profile`, `email` and `view_identity_set` open. */
export function userinfo(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET' && request.method !== 'POST') return methodNotAllowed('GET, POST');
  const caller = authenticate(context, request);
  if ('refusal' in caller) return caller.refusal;
  const { user, scopes } = caller.facts;
  if (!scopes.includes('openid')) return forbidden();
  return json(200, {
    sub: user.sub,
    ...claimsOf(user, scopes),
    ...(scopes.includes(`${AUTH_SCOPE}view_identity_set`)
      ? {
          identity_set: context.identities
            .filter(({ account }) => account.sub === user.sub)
            .map((identity) => ({ sub: identity.sub, ...details(identity), status: 'used' })),
        }
      : {}),
  });
}

/** GET `/v2/api/identities?ids=…` or `?usernames=…`, never both (GLOBUS.md §1.2). */
export function identities(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET') return methodNotAllowed('GET');
  const caller = authenticate(context, request);
  if ('refusal' in caller) return caller.refusal;
  if (!caller.facts.scopes.includes(`${AUTH_SCOPE}view_identities`)) return forbidden();
  const [ids, usernames] = [request.query.get('ids'), request.query.get('usernames')];
  if ((ids === null) === (usernames === null)) {
    return apiError(400, 'INVALID_PARAMETERS', 'Give either ids or usernames');
  }
  const wanted = new Set((ids ?? usernames ?? '').split(',').map((item) => item.trim().toLowerCase()));
  const found = context.identities.filter((identity) =>
    wanted.has(ids === null ? identity.username : identity.sub),
  );
  return json(200, {
    identities: found.map((identity) => ({
      id: identity.sub,
      ...details(identity),
      identity_type: 'login',
      status: 'used',
    })),
  });
}

/**
 * GET `/v2/api/identities/{id}/consents`: of this client with any token for Auth; with `all=true`, which needs
 * `view_consents`, of every client (GLOBUS.md §1.2).
 */
export function consents(context: AuthContext, request: SandboxRequest, identityId: string): SandboxResponse {
  if (request.method !== 'GET') return methodNotAllowed('GET');
  const caller = authenticate(context, request);
  if ('refusal' in caller) return caller.refusal;
  const { user, scopes, clientId } = caller.facts;
  const all = request.query.get('all')?.toLowerCase() === 'true';
  if (identityId !== user.sub || (all && !scopes.includes(`${AUTH_SCOPE}view_consents`))) return forbidden();
  return json(200, {
    consents: context.consents.of(user, all ? undefined : clientId).map((consent) => ({
      id: consent.id,
      client: consent.clientId,
      scope: scopeId(consent.path.at(-1) ?? ''),
      scope_name: consent.path.at(-1),
      dependency_path: context.consents.dependencyPath(consent),
      effective_identity: user.sub,
      status: 'approved',
      allows_refresh: consent.allowsRefresh,
      auto_approved: false,
      atomically_revocable: consent.optional,
      created: new Date(consent.created).toISOString(),
      updated: new Date(consent.updated).toISOString(),
      last_used: new Date(consent.lastUsed).toISOString(),
    })),
  });
}

/** The live Auth token of a request. That another service's token gets 403 is inferred. */
function authenticate(
  context: AuthContext,
  request: SandboxRequest,
): { facts: TokenFacts } | { refusal: SandboxResponse } {
  const facts = context.tokens.lookup(bearer(request) ?? '');
  if (facts === undefined) return { refusal: apiError(401, 'UNAUTHORIZED', 'Call must be authenticated') };
  return facts.resourceServer === 'auth.globus.org' ? { facts } : { refusal: forbidden() };
}

function details(identity: Identity): Record<string, unknown> {
  return {
    username: identity.username,
    name: identity.name,
    email: identity.email,
    organization: identity.organization,
    identity_provider: providerOf(identity).id,
    identity_provider_display_name: providerOf(identity).name,
  };
}

function forbidden(): SandboxResponse {
  return apiError(403, 'FORBIDDEN', 'Call is forbidden');
}

/** The error form of GLOBUS.md §2.5; `id` is the support reference that clients show. */
export function apiError(status: number, code: string, detail: string): SandboxResponse {
  const word = code.toLowerCase();
  const title = code.charAt(0) + word.slice(1).replaceAll('_', ' ');
  return json(status, {
    errors: [{ status: String(status), id: randomUUID(), code, title, detail }],
    error: word,
    error_description: title,
  });
}
