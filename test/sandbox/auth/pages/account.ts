import type { SandboxResponse } from '../../http.ts';
import type { Consent } from '../consent-store.ts';
import type { ScopeCatalog } from '../scope-catalog.ts';
import { markup, page } from './layout.ts';

/** A failure that stays in the browser (GLOBUS.md §1.6). `items`: the values at fault. */
export interface AuthPageError {
  code: 'UNKNOWN_SCOPE_ERROR' | 'OAUTH_AUTH_REQUEST_FAILURE' | 'SANDBOX_PAGE_ERROR';
  title: string;
  detail: string;
  items?: readonly string[];
}

export function errorPage(error: AuthPageError, status = 400): SandboxResponse {
  return page(
    'error',
    error.title,
    markup`
<p>${error.detail}</p>
${error.items && markup`<ul data-test="error-items">${error.items.map((item) => markup`<li><code>${item}</code></li>`)}</ul>`}
<p class="soft">Error code: <code data-test="error-code">${error.code}</code></p>
<p class="soft">The app that sent you here hears nothing of this. Go back to it and cancel the sign-in.</p>`,
    status,
  );
}

/** Where a user without a local browser copies the code from (GLOBUS.md §1.4). */
export function codePage(code: string): SandboxResponse {
  return page(
    'auth-code',
    'Your authorization code',
    markup`
<p>Copy this code and paste it into the app that asked for it. It works once, for ten minutes.</p>
<code class="code" data-test="auth-code" tabindex="0">${code}</code>`,
  );
}

export function consentsPage(
  consents: readonly Consent[],
  username: string,
  formKey: string,
  catalog: ScopeCatalog,
): SandboxResponse {
  const clients = [...new Set(consents.map((consent) => consent.clientId))];
  const hidden = markup`<input type="hidden" name="form_key" value="${formKey}">`;
  const rows = (clientId: string) =>
    consents
      .filter((consent) => consent.clientId === clientId)
      .map(
        (consent) => markup`<li>${catalog.find(consent.path.at(-1) ?? '')?.title ?? 'Use another service'}
<br><code>${consent.path.join(' → ')}</code>
${
  (consent.path.length === 1 || consent.optional) &&
  markup`<form method="post" action="/v2/web/consents">${hidden}<input type="hidden" name="consent_id" value="${consent.id}">
<button type="submit" data-test="rescind-consent-${consent.id}"
 aria-label="Rescind ${consent.path.at(-1)}">Rescind this one</button></form>`
}</li>`,
      );
  return page(
    'consents',
    'Manage your consents',
    markup`
<p class="soft">Signed in as <strong>${username}</strong>. Rescinding a consent ends its tokens at once.</p>
${clients.length === 0 && markup`<p data-test="no-consents">You have allowed no app anything.</p>`}
${clients.map(
  (clientId) => markup`<section><h2>App <code>${clientId}</code></h2>
<p class="soft">${consents.find((consent) => consent.clientId === clientId)?.namedGrant}</p>
<ul>${rows(clientId)}</ul>
<form method="post" action="/v2/web/consents">${hidden}<input type="hidden" name="client_id" value="${clientId}">
<button class="primary" type="submit" data-test="rescind-${clientId}">Rescind all of this app</button></form></section>`,
)}`,
  );
}

/** `next`: where the client asked to lead afterwards, shown as a link and never followed by itself. */
export function loggedOutPage(next: { uri: string; name: string } | null): SandboxResponse {
  return page(
    'logout',
    'You are signed out',
    markup`<p>This browser is signed out of the fake Globus. Tokens that apps hold live on.</p>
${next !== null && markup`<p><a href="${next.uri}" rel="noreferrer">Go to ${next.name}</a></p>`}`,
  );
}

export function homePage(): SandboxResponse {
  return page(
    'home',
    'A stand-in for Globus Auth',
    markup`<p>This server imitates Globus Auth on this computer, for demonstrations and tests.</p>
<ul><li><a href="/v2/web/consents">Your consents</a></li><li><a href="/v2/web/logout">Sign out</a></li>
<li><a href="/.well-known/openid-configuration">Discovery document</a></li></ul>`,
  );
}
