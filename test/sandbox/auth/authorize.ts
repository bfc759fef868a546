import {
  methodNotAllowed,
  readCookie,
  redirect,
  type SandboxRequest,
  type SandboxResponse,
} from '../http.ts';
import type { Identity } from '../users.ts';
import { readAuthorizeRequest } from './authorize-request.ts';
import { sessionCookieName, type AuthContext } from './context.ts';
import { errorPage } from './pages/account.ts';
import { consentPage, loginPage } from './pages/sign-in.ts';
import { factsOf, isAcceptable, isSatisfied, type BrowserSession } from './session.ts';
import type { AuthorizeRequest, Transaction } from './transactions.ts';

/** GET `/v2/oauth2/authorize`: the error page, the login page, the consent page, or the way back at once. */
export function authorize(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET') return methodNotAllowed('GET');
  const checked = readAuthorizeRequest(request.query, context);
  if ('error' in checked) return errorPage(checked.error);
  const session = currentSession(context, request);
  if (context.autoApprove) return approveUnseen(context, checked.request, session);
  if (checked.request.prompts.includes('none')) return withoutPages(context, checked.request, session);
  const transaction = context.transactions.start({ kind: 'authorize', request: checked.request });
  return nextPage(context, transaction, checked.request, session);
}

/** The login page as long as the session is not good enough for the request, then the consent page. */
export function nextPage(
  context: AuthContext,
  transaction: Transaction,
  request: AuthorizeRequest,
  session: BrowserSession | undefined,
): SandboxResponse {
  if (session === undefined || !isReady(context, transaction, request, session)) {
    return loginPage(transaction, offered(context, request, session));
  }
  transaction.sessionId = session.id;
  return consentPage(transaction, request, session.account.username, context.catalog);
}

export function isReady(
  context: AuthContext,
  transaction: Transaction,
  request: AuthorizeRequest,
  session: BrowserSession,
): boolean {
  if (request.prompts.includes('login') && !transaction.authenticated) return false;
  return isSatisfied(session, request.requirements, context.identities);
}

/** Linked identities appear only where a rule asks for one; those that have not signed in yet come first. */
function offered(
  context: AuthContext,
  request: AuthorizeRequest,
  session: BrowserSession | undefined,
): readonly Identity[] {
  const { identities, domains } = request.requirements;
  if (identities.length + domains.length === 0) return primaryIdentities(context);
  const acceptable = context.identities.filter((identity) => isAcceptable(identity, request.requirements));
  const isKnown = (identity: Identity) => session?.authentications.has(identity.sub) ?? false;
  return [...acceptable.filter((identity) => !isKnown(identity)), ...acceptable.filter(isKnown)];
}

export function primaryIdentities(context: AuthContext): readonly Identity[] {
  return context.identities.filter(({ sub, account }) => sub === account.sub);
}

export function currentSession(context: AuthContext, request: SandboxRequest): BrowserSession | undefined {
  return context.sessions.get(readCookie(request, sessionCookieName(context)));
}

/** Records the consent and sends the browser back with a code. */
export function approve(
  context: AuthContext,
  request: AuthorizeRequest,
  session: BrowserSession,
  namedGrant: string,
): SandboxResponse {
  const { clientId, offline } = request;
  context.consents.give(request.scopes, { clientId, user: session.account, offline, namedGrant });
  const code = context.codes.create({
    clientId,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
    user: session.account,
    scopes: request.scopes,
    session: factsOf(session),
    offline,
    ...(request.state === undefined ? {} : { state: request.state }),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  });
  return sendBack(context, request, { code });
}

/** RFC 6749 §4.1.2.1, that Globus does the same on Deny is inferred (GLOBUS.md §1.4). */
export function refuse(
  context: AuthContext,
  request: AuthorizeRequest,
  error: string,
  description: string,
): SandboxResponse {
  return sendBack(context, request, { error, error_description: description });
}

function sendBack(
  context: AuthContext,
  request: AuthorizeRequest,
  parameters: Record<string, string>,
): SandboxResponse {
  const target = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  if (request.state !== undefined) target.searchParams.set('state', request.state);
  // Globus sends no `iss` (RFC 9207); a wrong one is a mix-up attack, made here on demand.
  if (context.faults.take('auth', '/v2/oauth2/authorize', ['issuer']).size > 0) {
    target.searchParams.set('iss', 'https://issuer.invalid');
  }
  return redirect(target.href);
}

function approveUnseen(
  context: AuthContext,
  request: AuthorizeRequest,
  session: BrowserSession | undefined,
): SandboxResponse {
  const { requirements } = request;
  const identity = context.identities.find(
    (candidate) =>
      isAcceptable(candidate, requirements) &&
      (session === undefined || candidate.account.sub === session.account.sub),
  );
  if (identity === undefined) {
    return refuse(context, request, 'access_denied', 'Nobody in this sandbox meets what was asked for.');
  }
  const how = { mfa: requirements.mfa, policies: requirements.policies };
  return approve(context, request, context.sessions.signIn(identity, how, session), request.namedGrant);
}

/** `prompt=none` (OpenID Connect Core §3.1.2.1): answers without a page or not at all. */
function withoutPages(
  context: AuthContext,
  request: AuthorizeRequest,
  session: BrowserSession | undefined,
): SandboxResponse {
  if (session === undefined || !isSatisfied(session, request.requirements, context.identities)) {
    return refuse(context, request, 'login_required', 'The user has to sign in.');
  }
  if (!context.consents.covers(request.scopes, session.account, request.clientId)) {
    return refuse(context, request, 'consent_required', 'The user has to consent.');
  }
  return approve(context, request, session, request.namedGrant);
}
