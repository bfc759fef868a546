import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FLOWS_PREFIX,
  getWithToken,
  refresh,
  signIn,
  tokenOf,
  TRANSFER_ALL,
} from '../../support/native-app.ts';
import { HELLO_FLOW_ID } from '../flows/seed.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../index.ts';
import type { Sandbox } from '../types.ts';

const FLOW_SCOPE = `https://auth.globus.org/scopes/${HELLO_FLOW_ID}/flow_${HELLO_FLOW_ID.replaceAll('-', '_')}_user`;

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

/** A browser that is signed in: opens pages and sends forms. */
async function browser(username = 'ada@uni.example') {
  const url = `${sandbox.auth.origin}/v2/web/consents`;
  const login = await (await fetch(url)).text();
  const entered = await fetch(`${sandbox.auth.origin}/v2/web/login`, {
    method: 'POST',
    body: new URLSearchParams({ transaction: valueOf(login, 'transaction'), username }),
    redirect: 'manual',
  });
  expect(entered.headers.get('location')).toBe('/v2/web/consents');
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const open = async (path: string) =>
    (await fetch(sandbox.auth.origin + path, { headers: { cookie } })).text();
  const send = (form: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(form), headers: { cookie }, redirect: 'manual' });
  return { cookie, open, send };
}

function valueOf(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? '';
}

describe('the consents page', () => {
  it('rescinds all of an app: access and refresh tokens die at once', async () => {
    const { body, byServer } = await signIn(sandbox, `openid ${FLOWS_PREFIX}all`);
    const { open, send } = await browser();
    const page = await open('/v2/web/consents');
    expect(page).toContain(`data-test="rescind-${DEMO_CLIENT_ID}"`);
    const answer = await send({ form_key: valueOf(page, 'form_key'), client_id: DEMO_CLIENT_ID });
    expect(answer.status).toBe(303);
    for (const entry of byServer.values()) expect((await refresh(sandbox, entry)).status).toBe(401);
    const auth = tokenOf(byServer, 'auth.globus.org').access_token;
    expect((await getWithToken(sandbox, '/v2/oauth2/userinfo', auth)).status).toBe(401);
    expect(body.other_tokens).toHaveLength(1);
    expect(await open('/v2/web/consents')).toContain('data-test="no-consents"');
  });

  it('leaves the tokens of other users of the same app alone', async () => {
    const { body } = await signIn(sandbox, 'openid', {}, { username: 'grace@lab.example' });
    await signIn(sandbox, 'openid');
    const { open, send } = await browser();
    const key = valueOf(await open('/v2/web/consents'), 'form_key');
    await send({ form_key: key, client_id: DEMO_CLIENT_ID });
    expect((await refresh(sandbox, body)).status).toBe(200);
    expect((await getWithToken(sandbox, '/v2/oauth2/userinfo', body.access_token)).status).toBe(200);
  });

  it('rescinds one scope and leaves the other tokens alone', async () => {
    const { byServer } = await signIn(sandbox, `openid ${FLOWS_PREFIX}all`);
    const { open, send } = await browser();
    const page = await open('/v2/web/consents');
    const item = page.split('<li>').find((part) => part.includes(`${FLOWS_PREFIX}all`)) ?? '';
    await send({ form_key: valueOf(page, 'form_key'), consent_id: valueOf(item, 'consent_id') });
    expect((await refresh(sandbox, tokenOf(byServer, 'flows.globus.org'))).status).toBe(401);
    expect((await refresh(sandbox, tokenOf(byServer, 'auth.globus.org'))).status).toBe(200);
    expect(await open('/v2/web/consents')).toContain('<code>openid</code>');
  });

  it('rescinds an optional dependency without ending the token above it', async () => {
    const { body } = await signIn(sandbox, `${FLOW_SCOPE}[*${TRANSFER_ALL}]`);
    const { open, send } = await browser();
    const page = await open('/v2/web/consents');
    const item = page.split('<li>').find((part) => part.includes(` → ${TRANSFER_ALL}`)) ?? '';
    await send({ form_key: valueOf(page, 'form_key'), consent_id: valueOf(item, 'consent_id') });
    expect((await refresh(sandbox, body)).status).toBe(200);
    expect(await open('/v2/web/consents')).not.toContain(TRANSFER_ALL);
  });

  it('takes no form without the key of this session, and none about somebody else', async () => {
    const { body } = await signIn(sandbox, 'openid');
    const [ada, grace] = [await browser(), await browser('grace@lab.example')];
    expect((await ada.send({ client_id: DEMO_CLIENT_ID })).status).toBe(400);
    const page = await grace.open('/v2/web/consents');
    await signIn(sandbox, 'openid', {}, { username: 'grace@lab.example' });
    await grace.send({
      form_key: valueOf(await grace.open('/v2/web/consents'), 'form_key'),
      consent_id: '140001',
    });
    expect(page).toContain('data-test="no-consents"');
    expect(await ada.open('/v2/web/consents')).toContain('<code>openid</code>');
    expect((await refresh(sandbox, body)).status).toBe(200);
  });
});

describe('signing out of the browser', () => {
  it('ends the session and leaves tokens alive', async () => {
    const { body } = await signIn(sandbox, 'openid');
    const { cookie, open } = await browser();
    const response = await fetch(`${sandbox.auth.origin}/v2/web/logout`, { headers: { cookie } });
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await open('/v2/web/consents')).toContain('data-page="login"');
    expect((await refresh(sandbox, body)).status).toBe(200);
  });

  it('links to a web address only', async () => {
    const page = async (uri: string) =>
      (await fetch(`${sandbox.auth.origin}/v2/web/logout?redirect_uri=${encodeURIComponent(uri)}`)).text();
    expect(await page('https://app.example/?a=1&b=2')).toContain('href="https://app.example/?a=1&#38;b=2"');
    expect(await page('javascript:alert(1)')).not.toContain('javascript:');
  });
});

it('marks every page as fake and loads nothing from elsewhere', async () => {
  for (const path of [
    '/',
    '/v2/web/consents',
    '/v2/web/logout',
    '/v2/web/auth-code',
    '/v2/oauth2/authorize',
  ]) {
    const response = await fetch(sandbox.auth.origin + path);
    expect(response.headers.get('x-globus-sandbox')).toBe('fake');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).toContain('Fake Globus – sandbox, nothing here is real.');
    expect(page).not.toMatch(/\b(src|href)="https?:/);
  }
});
