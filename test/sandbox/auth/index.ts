import type { FaultStore } from '../faults.ts';
import type { SandboxRequest, SandboxResponse } from '../http.ts';
import type { SecretMint } from '../secrets.ts';
import type { FlowScope, SandboxClock, SandboxUser, TokenFacts } from '../types.ts';
import { identitiesOf } from '../users.ts';
import { apiError, consents as listConsents, identities, userinfo } from './api.ts';
import { authorize } from './authorize.ts';
import { CodeStore } from './code-store.ts';
import { ConsentStore } from './consent-store.ts';
import type { AuthContext } from './context.ts';
import { discovery, jwks } from './discovery.ts';
import { Ledger } from './ledger.ts';
import { homePage } from './pages/account.ts';
import { ScopeCatalog } from './scope-catalog.ts';
import { BrowserSessions } from './session.ts';
import { createSigningKey } from './signing-key.ts';
import { introspect, revoke, token, validate } from './token-endpoint.ts';
import { TokenStore } from './token-store.ts';
import { Transactions } from './transactions.ts';
import { authCode, consent, consents, login, logout } from './web.ts';

export interface AuthDeps {
  clock: SandboxClock;
  users: readonly SandboxUser[];
  clients: ReadonlySet<string>;
  /** Confidential clients: ID → secret. */
  confidential: ReadonlyMap<string, string>;
  /** Scopes that this Globus pretends not to know. */
  forgottenScopes: ReadonlySet<string>;
  faults: FaultStore;
  mint: SecretMint;
  /** Asked at every authorize request: flows come and go. */
  flowScopes: () => readonly FlowScope[];
  autoApprove: boolean;
  origin: () => string;
  accessTokenSeconds: () => number;
}

export interface Auth {
  handle(request: SandboxRequest): SandboxResponse;
  /** What a live access token stands for, with the consents below it as they are now. */
  lookup(token: string): TokenFacts | undefined;
  readonly ledger: Ledger;
}

/** The fake Globus Auth (GLOBUS.md §8), without a socket. */
export async function createAuth(deps: AuthDeps): Promise<Auth> {
  const { clock, mint } = deps;
  let exchanges = 0;
  const context: AuthContext = {
    ...deps,
    identities: identitiesOf(deps.users),
    key: await createSigningKey(),
    catalog: new ScopeCatalog(deps.flowScopes, deps.forgottenScopes),
    consents: new ConsentStore(clock),
    tokens: new TokenStore(mint, clock),
    ledger: new Ledger(),
    codes: new CodeStore(mint, clock),
    sessions: new BrowserSessions(clock),
    transactions: new Transactions(clock),
    nextExchange: () => exchanges++,
  };
  return {
    ledger: context.ledger,
    handle: (request) => route(context, request),
    lookup(value) {
      const facts = context.tokens.lookup(value);
      if (facts === undefined) return undefined;
      const below = context.consents
        .of(facts.user, facts.clientId)
        .filter(({ path }) => path.length > 1 && facts.scopes.includes(path[0] ?? ''));
      return { ...facts, dependencies: below.map(({ path }) => path) };
    },
  };
}

function route(context: AuthContext, request: SandboxRequest): SandboxResponse {
  switch (request.path) {
    case '/':
      return homePage();
    case '/.well-known/openid-configuration':
      return discovery(context, request);
    case '/jwk.json':
      return jwks(context, request);
    case '/v2/oauth2/authorize':
      return authorize(context, request);
    case '/v2/oauth2/token':
      return token(context, request);
    case '/v2/oauth2/token/revoke':
      return revoke(context, request);
    case '/v2/oauth2/token/validate':
      return validate(context, request);
    case '/v2/oauth2/token/introspect':
      return introspect(request);
    case '/v2/oauth2/userinfo':
      return userinfo(context, request);
    case '/v2/api/identities':
      return identities(context, request);
    case '/v2/web/login':
      return login(context, request);
    case '/v2/web/consent':
      return consent(context, request);
    case '/v2/web/consents':
      return consents(context, request);
    case '/v2/web/auth-code':
      return authCode(request);
    case '/v2/web/logout':
      return logout(context, request);
  }
  const identityId = /^\/v2\/api\/identities\/([^/]+)\/consents$/.exec(request.path)?.[1];
  if (identityId !== undefined) return listConsents(context, request, identityId);
  return apiError(404, 'NOT_FOUND', 'No such resource');
}
