import { createHash } from 'node:crypto';
import { methodNotAllowed, readForm, redirect, type SandboxRequest, type SandboxResponse } from '../http.ts';
import { approve, currentSession, isReady, nextPage, primaryIdentities, refuse } from './authorize.ts';
import { sessionCookieName, type AuthContext } from './context.ts';
import { codePage, consentsPage, errorPage, loggedOutPage } from './pages/account.ts';
import { loginPage } from './pages/sign-in.ts';
import { isAcceptable, type BrowserSession } from './session.ts';
import type { Transaction } from './transactions.ts';

/** POST `/v2/web/login`, from the user picker. The path is the sandbox's own: Globus's is not public. */
export function login(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'POST') return methodNotAllowed('POST');
  const form = readForm(request) ?? new URLSearchParams();
  const transaction = context.transactions.get(form.get('transaction'));
  if (transaction === undefined) return staleForm();
  const authorization = transaction.purpose.kind === 'authorize' ? transaction.purpose.request : null;
  const identity = context.identities.find(({ username }) => username === form.get('username'));
  const mfa = form.get('mfa') === 'yes';
  const complaint = complaintAbout(authorization?.requirements);
  if (identity === undefined || complaint !== null) {
    return loginPage(
      transaction,
      primaryIdentities(context),
      complaint ?? 'There is no such user in this sandbox.',
    );
  }
  const policies = authorization?.requirements.policies ?? [];
  const session = context.sessions.signIn(identity, { mfa, policies }, currentSession(context, request));
  transaction.authenticated = true;
  transaction.sessionId = session.id;
  return redirect(placeAfterLogin(context, transaction), sessionCookie(context, session.id), 303);

  function complaintAbout(requirements: NonNullable<typeof authorization>['requirements'] | undefined) {
    if (identity === undefined || requirements === undefined) return null;
    if (!isAcceptable(identity, requirements)) return 'The app asked for another identity.';
    return requirements.mfa && !mfa ? 'The app asked for a second factor.' : null;
  }
}

function placeAfterLogin(context: AuthContext, transaction: Transaction): string {
  if (transaction.purpose.kind === 'authorize') return `/v2/web/consent?transaction=${transaction.id}`;
  context.transactions.finish(transaction);
  return transaction.purpose.path;
}

/** `/v2/web/consent`: GET shows the page that comes next, POST is Allow or Deny. */
export function consent(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET' && request.method !== 'POST') return methodNotAllowed('GET, POST');
  const fields = request.method === 'GET' ? request.query : (readForm(request) ?? new URLSearchParams());
  const transaction = context.transactions.get(fields.get('transaction'));
  const session = currentSession(context, request);
  if (
    transaction?.purpose.kind !== 'authorize' ||
    session === undefined ||
    transaction.sessionId !== session.id
  ) {
    return staleForm();
  }
  const authorization = transaction.purpose.request;
  if (request.method === 'GET') return nextPage(context, transaction, authorization, session);
  if (!isReady(context, transaction, authorization, session)) return staleForm();
  context.transactions.finish(transaction);
  if (fields.get('decision') !== 'allow') {
    return refuse(context, authorization, 'access_denied', 'The resource owner denied the request.');
  }
  return approve(context, authorization, session, fields.get('named_grant') ?? authorization.namedGrant);
}

/** GET `/v2/web/auth-code`: shows the code that the redirect brought. */
export function authCode(request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET') return methodNotAllowed('GET');
  const code = request.query.get('code');
  if (code !== null) return codePage(code);
  return errorPage({
    code: 'SANDBOX_PAGE_ERROR',
    title: 'No authorization code',
    detail: request.query.get('error_description') ?? 'This page shows a code at the end of a sign-in.',
    items: request.query.getAll('error'),
  });
}

/** `/v2/web/consents`: lists them; POST rescinds one, or all of one client, and kills the tokens (§1.2). */
export function consents(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET' && request.method !== 'POST') return methodNotAllowed('GET, POST');
  const session = currentSession(context, request);
  if (session === undefined) {
    if (request.method === 'POST') return staleForm();
    const transaction = context.transactions.start({ kind: 'page', path: '/v2/web/consents' });
    return loginPage(transaction, primaryIdentities(context));
  }
  if (request.method === 'POST') return rescind(context, session, readForm(request) ?? new URLSearchParams());
  const list = context.consents.of(session.account);
  return consentsPage(list, session.account.username, formKey(session), context.catalog);
}

function rescind(context: AuthContext, session: BrowserSession, form: URLSearchParams): SandboxResponse {
  if (form.get('form_key') !== formKey(session)) return staleForm();
  const clientId = form.get('client_id');
  const single = context.consents.get(Number(form.get('consent_id')), session.account);
  const targets = clientId === null ? [single] : context.consents.of(session.account, clientId);
  for (const target of targets) {
    if (target === undefined) continue;
    context.consents.remove(target);
    const [root, ...below] = target.path;
    // An optional dependency is "atomically revocable" (§3.4): what stands above it stays.
    if (below.length === 0 && root !== undefined) context.tokens.kill(session.account, target.clientId, root);
  }
  return redirect('/v2/web/consents', {}, 303);
}

/** GET `/v2/web/logout`: ends the browser session; tokens stay. */
export function logout(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET') return methodNotAllowed('GET');
  context.sessions.end(currentSession(context, request)?.id);
  const uri = request.query.get('redirect_uri');
  const next =
    uri !== null && /^https?:\/\//i.test(uri)
      ? { uri, name: request.query.get('redirect_name') ?? uri }
      : null;
  const answer = loggedOutPage(next);
  return { ...answer, headers: { ...answer.headers, ...sessionCookie(context, '', '; Max-Age=0') } };
}

function sessionCookie(context: AuthContext, value: string, extra = ''): Record<string, string> {
  return { 'set-cookie': `${sessionCookieName(context)}=${value}; Path=/; HttpOnly; SameSite=Lax${extra}` };
}

/** Proves that a form came from a page of this session, without showing the cookie itself. */
function formKey(session: BrowserSession): string {
  return createHash('sha256').update(session.id).digest('hex');
}

function staleForm(): SandboxResponse {
  return errorPage({
    code: 'SANDBOX_PAGE_ERROR',
    title: 'This page is no longer valid',
    detail:
      'It was answered before, it is too old, or it belongs to another browser. Start again in the app.',
  });
}
