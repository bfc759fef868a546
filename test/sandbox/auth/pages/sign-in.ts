import type { SandboxResponse } from '../../http.ts';
import type { Identity } from '../../users.ts';
import type { ScopeCatalog } from '../scope-catalog.ts';
import type { ScopeNode } from '../scope-syntax.ts';
import type { AuthorizeRequest, Transaction } from '../transactions.ts';
import { markup, page, type Markup } from './layout.ts';

/** The user picker: one button per identity that may be used, no password anywhere. */
export function loginPage(
  transaction: Transaction,
  identities: readonly Identity[],
  complaint: string | null = null,
): SandboxResponse {
  const request = transaction.purpose.kind === 'authorize' ? transaction.purpose.request : null;
  const choices = identities.map(
    (identity) => markup`
<button type="submit" name="username" value="${identity.username}" data-test="user-${identity.username}">
${identity.name}<small>${identity.username}, ${identity.organization}${linkedNote(identity)}</small></button>`,
  );
  const mfa = request?.requirements.mfa === true;
  return page(
    'login',
    'Who is signing in?',
    markup`
${sessionMessage(request)}
${complaint !== null && markup`<p class="bad" role="alert" data-test="complaint">${complaint}</p>`}
${identities.length === 0 && markup`<p class="bad">Nobody in this sandbox meets what was asked for.</p>`}
<form method="post" action="/v2/web/login">
<input type="hidden" name="transaction" value="${transaction.id}">
<label><input type="checkbox" name="mfa" value="yes"${mfa && markup` required`} data-test="mfa">
Pretend to use a second factor${mfa && ' (asked for)'}</label>
<div class="choices">${choices}</div>
</form>`,
    complaint === null ? 200 : 400,
  );
}

/** What the client asks for, and Allow or Deny. */
export function consentPage(
  transaction: Transaction,
  request: AuthorizeRequest,
  username: string,
  catalog: ScopeCatalog,
): SandboxResponse {
  return page(
    'consent',
    'Allow this app to use your account?',
    markup`
${sessionMessage(request)}
<p>The app with client ID <code>${request.clientId}</code> would like to:</p>
<ul>${request.scopes.map((node) => scopeItem(node, catalog))}</ul>
${request.offline && markup`<p class="soft">It will keep this access until you take it away, or do not use it for six months.</p>`}
<form method="post" action="/v2/web/consent">
<input type="hidden" name="transaction" value="${transaction.id}">
<label>Label this device, to tell it from others later
<input type="text" name="named_grant" value="${request.namedGrant}" maxlength="256" data-test="named-grant"></label>
<p class="soft">Signed in as <strong data-test="signed-in-as">${username}</strong>.</p>
<div class="row">
<button class="primary" type="submit" name="decision" value="allow" data-test="allow">Allow</button>
<button type="submit" name="decision" value="deny" data-test="deny">Deny</button>
</div>
</form>`,
  );
}

function scopeItem(node: ScopeNode, catalog: ScopeCatalog): Markup {
  const known = catalog.find(node.scope);
  return markup`<li data-scope="${node.scope}">${known?.title ?? 'Use another service'}
${node.optional && markup`<em>(optional)</em>`} ${known?.note && markup`<em>(${known.note})</em>`} <br><code>${node.scope}</code>
${node.dependencies.length > 0 && markup`<ul>${node.dependencies.map((child) => scopeItem(child, catalog))}</ul>`}</li>`;
}

function sessionMessage(request: AuthorizeRequest | null): Markup | false {
  if (request === null || request.sessionMessage === '') return false;
  return markup`<p class="message" data-test="session-message">${request.sessionMessage}</p>`;
}

function linkedNote(identity: Identity): string {
  return identity.sub === identity.account.sub ? '' : `, linked to ${identity.account.username}`;
}
