import type { Fault, TokenFacts } from '../types.ts';
import type { CodeRecord } from './code-store.ts';
import type { AuthContext } from './context.ts';
import { createIdToken } from './id-token.ts';
import type { NewGrant, RefreshGrant } from './token-store.ts';

/** One token of a response; the first carries `id_token` and `other_tokens` besides (GLOBUS.md §2.1). */
interface TokenEntry {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  resource_server: string;
  scope: string;
  state?: string;
  refresh_token?: string;
}

type TokenResponse = TokenEntry & { id_token?: string; other_tokens: TokenEntry[] };
type Faults = ReadonlyMap<Fault['kind'], Fault>;

/** Answers a code exchange: one token per resource server. */
export function exchangeResponse(context: AuthContext, record: CodeRecord, faults: Faults): TokenResponse {
  const asked = record.scopes.map(({ scope }) => scope);
  const granted = faults.has('fewer_scopes') ? withoutOne(asked) : asked;
  const issued = [...byResourceServer(context, granted)].map(([resourceServer, scopes]) => {
    const { clientId, user, session } = record;
    return issue(context, { clientId, user, session, resourceServer, scopes }, record, faults);
  });
  // Which token is on top is not fixed: it changes with every exchange.
  const shift = context.nextExchange() % Math.max(1, issued.length);
  const [top, ...others] = [...issued.slice(shift), ...issued.slice(0, shift)];
  if (top === undefined) throw new Error('a code always stands for at least one scope');
  const response: TokenResponse = { ...top.entry, other_tokens: others.map(({ entry }) => entry) };
  const auth = issued.find(({ facts }) => facts.scopes.includes('openid'));
  if (auth !== undefined) {
    const { clientId, user, session, nonce } = record;
    response.id_token = createIdToken(
      context,
      {
        clientId,
        user,
        session,
        scopes: auth.facts.scopes,
        accessToken: response.access_token,
        ...(nonce === undefined ? {} : { nonce }),
      },
      faults.get('id_token')?.flaw,
    );
  }
  return response;
}

/** Answers a refresh: the same form for exactly one resource server, and the same refresh token (§2.3). */
export function refreshResponse(
  context: AuthContext,
  grant: RefreshGrant,
  refreshToken: string,
  faults: Faults,
): TokenResponse {
  const scopes = faults.has('fewer_scopes') ? withoutOne(grant.scopes) : grant.scopes;
  const seconds = context.accessTokenSeconds();
  const facts = context.tokens.issueAccess({ ...grant, scopes }, seconds);
  const entry = entryOf(facts, seconds);
  if (!faults.has('missing_refresh_token')) entry.refresh_token = refreshToken;
  return { ...entry, other_tokens: [] };
}

/** Answers client credentials: the form of an exchange, and never a refresh token (RFC 6749 §4.4.3). */
export function clientResponse(
  context: AuthContext,
  client: Pick<NewGrant, 'clientId' | 'user' | 'session'>,
  asked: readonly string[],
): TokenResponse {
  const seconds = context.accessTokenSeconds();
  const entries = [...byResourceServer(context, asked)].map(([resourceServer, scopes]) =>
    entryOf(context.tokens.issueAccess({ ...client, resourceServer, scopes }, seconds), seconds),
  );
  const [top, ...others] = entries;
  if (top === undefined) throw new Error('asked for at least one scope');
  return { ...top, other_tokens: others };
}

function issue(context: AuthContext, grant: NewGrant, record: CodeRecord, faults: Faults) {
  const seconds = context.accessTokenSeconds();
  const facts = context.tokens.issueAccess(grant, seconds);
  const entry = entryOf(facts, seconds);
  if (record.state !== undefined) entry.state = record.state;
  if (record.offline) {
    const refreshToken = context.tokens.issueRefresh(grant);
    if (!faults.has('missing_refresh_token')) entry.refresh_token = refreshToken;
  }
  return { facts, entry };
}

function entryOf(facts: TokenFacts, seconds: number): TokenEntry {
  return {
    access_token: facts.token,
    token_type: 'Bearer',
    expires_in: seconds,
    resource_server: facts.resourceServer,
    // Never in the order of the request: clients must compare sets.
    scope: [...facts.scopes].reverse().join(' '),
  };
}

function byResourceServer(context: AuthContext, scopes: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const scope of scopes) {
    const server = context.catalog.find(scope)?.resourceServer ?? 'unknown';
    groups.set(server, [...(groups.get(server) ?? []), scope]);
  }
  return groups;
}

/** The fault that grants less than was asked for: the last scope of a service goes, but never the only scope. */
function withoutOne(scopes: readonly string[]): readonly string[] {
  if (scopes.length < 2) return scopes;
  const lost = scopes.findLast((scope) => !IDENTITY_SCOPES.has(scope)) ?? scopes.at(-1);
  return scopes.filter((scope) => scope !== lost);
}

const IDENTITY_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email']);
