import type { AuthContext } from './context.ts';
import type { AuthPageError } from './pages/account.ts';
import { OFFLINE_ACCESS } from './scope-catalog.ts';
import { parseScopes, ScopeSyntaxError, type ScopeNode } from './scope-syntax.ts';
import { readRequirements } from './session.ts';
import type { AuthorizeRequest } from './transactions.ts';

/**
 * Checks an authorize request (GLOBUS.md §1.3, §1.4). Every refusal is a page of its own: Globus does not send
 * the browser back for any of these (§1.6).
 */
export function readAuthorizeRequest(
  query: URLSearchParams,
  context: Pick<AuthContext, 'clients' | 'confidential' | 'catalog' | 'origin'>,
): { request: AuthorizeRequest } | { error: AuthPageError } {
  const clientId = query.get('client_id') ?? '';
  if (!context.clients.has(clientId) && !context.confidential.has(clientId))
    return { error: requestFailure('Unknown client', 'No such client_id:', clientId) };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRedirectAllowed(redirectUri, context.origin())) {
    return {
      error: requestFailure('Mismatching redirect URI', 'This redirect_uri is not allowed:', redirectUri),
    };
  }
  const flaw = protocolFlaw(query);
  if (flaw !== null) return { error: requestFailure('Bad authorization request', flaw) };
  const scopes = readScopes(query.get('scope') ?? '', context);
  if ('error' in scopes) return scopes;
  const [state, nonce] = [query.get('state'), query.get('nonce')];
  return {
    request: {
      clientId,
      redirectUri,
      scopes: scopes.nodes.filter((node) => node.scope !== OFFLINE_ACCESS),
      challenge: query.get('code_challenge') ?? '',
      offline:
        query.get('access_type') === 'offline' || scopes.nodes.some(({ scope }) => scope === OFFLINE_ACCESS),
      ...(state === null ? {} : { state }),
      ...(nonce === null ? {} : { nonce }),
      prompts: (query.get('prompt') ?? '').split(' ').filter((prompt) => prompt !== ''),
      namedGrant: query.get('prefill_named_grant') ?? '',
      sessionMessage: query.get('session_message') ?? '',
      requirements: readRequirements(query),
    },
  };
}

function protocolFlaw(query: URLSearchParams): string | null {
  if (query.get('response_type') !== 'code') return 'response_type must be "code".';
  if (query.get('code_challenge_method') !== 'S256') return 'code_challenge_method must be "S256".';
  // base64url of a SHA-256 hash without padding (RFC 7636 §4.2) is always this long.
  if (!/^[A-Za-z0-9_-]{43}$/.test(query.get('code_challenge') ?? '')) {
    return 'code_challenge must be the base64url form of a SHA-256 hash.';
  }
  if (!['offline', 'online', null].includes(query.get('access_type'))) {
    return 'access_type must be "offline" or "online".';
  }
  return null;
}

/**
 * Loopback on any port without a path, unregistered, and this server's own paste page. Whether Globus accepts
 * a path is unknown (§1.4), so the sandbox does not: what works here works there.
 */
function isRedirectAllowed(redirectUri: string, origin: string): boolean {
  const port = /^http:\/\/(?:127\.0\.0\.1|localhost):(\d{1,5})$/.exec(redirectUri)?.[1];
  if (port !== undefined) return Number(port) >= 1 && Number(port) <= 65_535;
  const own = new URL(origin);
  return ['127.0.0.1', 'localhost'].some(
    (name) => redirectUri === `http://${name}:${own.port}/v2/web/auth-code`,
  );
}

function readScopes(
  text: string,
  context: Pick<AuthContext, 'catalog'>,
): { nodes: ScopeNode[] } | { error: AuthPageError } {
  try {
    const nodes = parseScopes(text);
    if (nodes.every(({ scope }) => scope === OFFLINE_ACCESS)) {
      return { error: requestFailure('Bad authorization request', 'scope must name at least one scope.') };
    }
    const unknown = context.catalog.unknownIn(nodes);
    return unknown.length === 0 ? { nodes } : { error: unknownScopes(unknown) };
  } catch (error) {
    if (!(error instanceof ScopeSyntaxError)) throw error;
    return { error: unknownScopes([text]) };
  }
}

/** One bad scope fails the whole request. */
function unknownScopes(items: readonly string[]): AuthPageError {
  return {
    code: 'UNKNOWN_SCOPE_ERROR',
    title: 'Unknown scope(s)',
    detail: 'The app asked for scopes that do not exist:',
    items,
  };
}

function requestFailure(title: string, detail: string, item?: string): AuthPageError {
  return { code: 'OAUTH_AUTH_REQUEST_FAILURE', title, detail, ...(item ? { items: [item] } : {}) };
}
