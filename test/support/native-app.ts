import { createHash, randomBytes } from 'node:crypto';
import { DEMO_CLIENT_ID } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { approveInProcess, type VisitorOptions } from '../sandbox/visitor.ts';

export const FLOWS_PREFIX = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/';
export const TRANSFER_ALL = 'urn:globus:auth:scope:transfer.api.globus.org:all';

export interface TokenEntry {
  access_token: string;
  token_type: string;
  expires_in: number;
  resource_server: string;
  scope: string;
  state?: string;
  refresh_token?: string;
}
export type TokenBody = TokenEntry & { id_token?: string; other_tokens: TokenEntry[]; error?: string };

export interface Attempt {
  url: string;
  redirectUri: string;
  verifier: string;
}

/** An authorize URL as a native app builds it (GLOBUS.md §1.3); `null` leaves a parameter out. */
export function attempt(
  sandbox: Sandbox,
  scopes: string,
  changes: Record<string, string | null> = {},
): Attempt {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL('/v2/oauth2/authorize', sandbox.auth.origin);
  const parameters: Record<string, string | null> = {
    client_id: DEMO_CLIENT_ID,
    redirect_uri: 'http://127.0.0.1:49152',
    scope: scopes,
    state: 'state of this test',
    response_type: 'code',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    access_type: 'offline',
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value);
  }
  return { url: url.href, redirectUri: parameters['redirect_uri'] ?? '', verifier };
}

/** Walks the pages and returns the code. */
export async function codeFor(made: Attempt, visitor: VisitorOptions = {}): Promise<string> {
  const answer = await approveInProcess(made.url, visitor);
  return URL.canParse(answer) ? (new URL(answer).searchParams.get('code') ?? '') : answer;
}

/** POSTs a form to a path of the Auth host. */
export function post(sandbox: Sandbox, path: string, form: Record<string, string>): Promise<Response> {
  return fetch(sandbox.auth.origin + path, { method: 'POST', body: new URLSearchParams(form) });
}

export function exchange(
  sandbox: Sandbox,
  made: Attempt,
  code: string,
  changes: Record<string, string> = {},
): Promise<Response> {
  return post(sandbox, '/v2/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: DEMO_CLIENT_ID,
    code,
    code_verifier: made.verifier,
    redirect_uri: made.redirectUri,
    ...changes,
  });
}

/** A whole sign-in; all tokens by resource server, and the answer itself. */
export async function signIn(
  sandbox: Sandbox,
  scopes: string,
  changes: Record<string, string | null> = {},
  visitor: VisitorOptions = {},
): Promise<{ body: TokenBody; byServer: Map<string, TokenEntry> }> {
  const made = attempt(sandbox, scopes, changes);
  const client = changes['client_id'];
  const code = await codeFor(made, visitor);
  const response = await exchange(
    sandbox,
    made,
    code,
    typeof client === 'string' ? { client_id: client } : {},
  );
  const body = (await response.json()) as TokenBody;
  if (!response.ok) throw new Error(`the exchange failed: ${response.status} ${body.error ?? ''}`);
  return {
    body,
    byServer: new Map([body, ...body.other_tokens].map((entry) => [entry.resource_server, entry])),
  };
}

/** The entry of a resource server, or a failure that names it. */
export function tokenOf(byServer: Map<string, TokenEntry>, resourceServer: string): TokenEntry {
  const entry = byServer.get(resourceServer);
  if (entry === undefined) throw new Error(`no token for ${resourceServer}`);
  return entry;
}

export function refresh(sandbox: Sandbox, entry: TokenEntry, clientId = DEMO_CLIENT_ID): Promise<Response> {
  return post(sandbox, '/v2/oauth2/token', {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: entry.refresh_token ?? '',
  });
}

export function getWithToken(sandbox: Sandbox, path: string, token: string): Promise<Response> {
  return fetch(sandbox.auth.origin + path, { headers: { authorization: `Bearer ${token}` } });
}
