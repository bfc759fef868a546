import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, codeFor, exchange, FLOWS_PREFIX, signIn, TRANSFER_ALL } from '../../support/native-app.ts';
import { DELETED_FLOW_ID, PASS_FLOW_ID } from '../flows/seed.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../index.ts';
import type { Sandbox } from '../types.ts';
import { approveInProcess } from '../visitor.ts';
import { HIGH_ASSURANCE_COLLECTION } from './scope-catalog.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function open(url: string): Promise<{ status: number; location: string | null; page: string }> {
  const response = await fetch(url, { redirect: 'manual' });
  return {
    status: response.status,
    location: response.headers.get('location'),
    page: await response.text(),
  };
}

function flowScope(id: string): string {
  return `https://auth.globus.org/scopes/${id}/flow_${id.replaceAll('-', '_')}_user`;
}

describe('a request that Globus refuses', () => {
  it.each([
    ['an unknown client', { client_id: '00000000-0000-4000-8000-000000000000' }, 'Unknown client'],
    ['no client', { client_id: null }, 'Unknown client'],
    ['a redirect elsewhere', { redirect_uri: 'https://example.org' }, 'Mismatching redirect URI'],
    ['a loopback redirect with a path', { redirect_uri: 'http://127.0.0.1:5000/callback' }, 'Mismatching'],
    ['a loopback redirect with a slash', { redirect_uri: 'http://127.0.0.1:5000/' }, 'Mismatching'],
    ['a loopback redirect over https', { redirect_uri: 'https://127.0.0.1:5000' }, 'Mismatching'],
    ['a name that starts like localhost', { redirect_uri: 'http://localhost.example:5000' }, 'Mismatching'],
    ['user info before the host', { redirect_uri: 'http://127.0.0.1:5000@example.org' }, 'Mismatching'],
    ['a port that does not exist', { redirect_uri: 'http://127.0.0.1:65536' }, 'Mismatching'],
    [
      'the paste page of the real Globus',
      { redirect_uri: 'https://auth.globus.org/v2/web/auth-code' },
      'Mismatching',
    ],
    ['no redirect URI', { redirect_uri: null }, 'Mismatching'],
    ['another response type', { response_type: 'token' }, 'Bad authorization request'],
    ['no challenge', { code_challenge: null }, 'Bad authorization request'],
    ['a challenge that is no SHA-256 hash', { code_challenge: 'short' }, 'Bad authorization request'],
    ['the plain challenge method', { code_challenge_method: 'plain' }, 'Bad authorization request'],
    ['no challenge method', { code_challenge_method: null }, 'Bad authorization request'],
    ['an access type that does not exist', { access_type: 'always' }, 'Bad authorization request'],
    ['no scope', { scope: null }, 'Bad authorization request'],
    ['offline_access alone', { scope: 'offline_access' }, 'Bad authorization request'],
  ])('answers %s with a page and no redirect', async (_, changes, title) => {
    const answer = await open(attempt(sandbox, 'openid', changes).url);
    expect(answer).toMatchObject({ status: 400, location: null });
    expect(answer.page).toContain(title);
    expect(answer.page).toContain('OAUTH_AUTH_REQUEST_FAILURE');
  });

  it.each([
    ['a made-up scope', 'openid urn:globus:auth:scope:nowhere:all', ['urn:globus:auth:scope:nowhere:all']],
    ['the scope of a deleted flow', `openid ${flowScope(DELETED_FLOW_ID)}`, [flowScope(DELETED_FLOW_ID)]],
    ['every bad scope of several', 'one two openid', ['one', 'two']],
    ['brackets that do not match', 'openid[', ['openid[']],
    [
      'data access on a High Assurance collection',
      `${TRANSFER_ALL}[*https://auth.globus.org/scopes/${HIGH_ASSURANCE_COLLECTION}/data_access]`,
      [`https://auth.globus.org/scopes/${HIGH_ASSURANCE_COLLECTION}/data_access`],
    ],
    ['a dependency that is no scope', `${TRANSFER_ALL}[nonsense]`, ['nonsense']],
    ['an optional root', `openid *${TRANSFER_ALL}`, [TRANSFER_ALL]],
  ])('lists %s on the unknown-scope page', async (_, scope, bad) => {
    const answer = await open(attempt(sandbox, scope).url);
    expect(answer).toMatchObject({ status: 400, location: null });
    expect(answer.page).toContain('UNKNOWN_SCOPE_ERROR');
    for (const item of bad) expect(answer.page).toContain(`<code>${item.replace('*', '&#42;')}</code>`);
    expect(answer.page).not.toContain('<code>openid</code>');
  });

  it('escapes what it repeats of the request', async () => {
    const answer = await open(attempt(sandbox, 'openid', { client_id: '"><script>alert(1)</script>' }).url);
    expect(answer.page).not.toContain('<script');
    expect(answer.page).toContain('&#60;script&#62;');
  });
});

describe('the consent page', () => {
  it.each(['http://127.0.0.1:1', 'http://localhost:65535'])(
    'sends the code and the state to %s',
    async (uri) => {
      const target = new URL(await approveInProcess(attempt(sandbox, 'openid', { redirect_uri: uri }).url));
      expect(target.origin).toBe(uri);
      expect(target.pathname).toBe('/');
      expect(target.searchParams.get('state')).toBe('state of this test');
      expect(target.searchParams.get('code')).toMatch(/^[A-Za-z0-9]{30}$/);
    },
  );

  it('sends access_denied and the state after Deny', async () => {
    const target = new URL(await approveInProcess(attempt(sandbox, 'openid').url, { deny: true }));
    expect(Object.fromEntries(target.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'state of this test',
    });
    expect(target.searchParams.has('code')).toBe(false);
  });

  it('sends no iss, as Globus does not, unless the fault asks for a wrong one', async () => {
    const honest = new URL(await approveInProcess(attempt(sandbox, 'openid').url));
    expect(honest.searchParams.has('iss')).toBe(false);
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/authorize', kind: 'issuer', times: 1 });
    const forged = new URL(await approveInProcess(attempt(sandbox, 'openid').url));
    expect(forged.searchParams.get('iss')).toBe('https://issuer.invalid');
  });

  it('shows the scopes with their dependencies, the device label and the session message, all escaped', async () => {
    const jar = await signedInCookie();
    const scope = `openid ${flowScope(PASS_FLOW_ID)}[${TRANSFER_ALL}[*https://auth.globus.org/scopes/c/data_access]]`;
    const made = attempt(sandbox, scope, {
      prefill_named_grant: 'Tray on "host" <b>',
      session_message: 'Please <i>confirm</i>',
    });
    const page = await (await fetch(made.url, { headers: { cookie: jar } })).text();
    expect(page).toContain('data-page="consent"');
    for (const name of ['openid', flowScope(PASS_FLOW_ID), TRANSFER_ALL]) {
      expect(page).toContain(`data-scope="${name}"`);
    }
    expect(page).toContain('(optional)');
    expect(page).toContain('value="Tray on &#34;host&#34; &#60;b&#62;"');
    expect(page).toContain('Please &#60;i&#62;confirm&#60;/i&#62;');
    expect(page).not.toMatch(/<script|https?:\/\/[^"' ]+\.(css|js)/);
  });

  it('notes that the service scope "run" is deprecated', async () => {
    const made = attempt(sandbox, `${FLOWS_PREFIX}run`);
    const page = await (await fetch(made.url, { headers: { cookie: await signedInCookie() } })).text();
    expect(page).toContain('Deprecated: run_manage is recommended');
  });

  it('takes an answer once, and only from the browser that was asked', async () => {
    const cookie = await signedInCookie();
    const page = await (await fetch(attempt(sandbox, 'openid').url, { headers: { cookie } })).text();
    const body = () =>
      new URLSearchParams({
        transaction: /name="transaction" value="([^"]+)"/.exec(page)?.[1] ?? '',
        decision: 'allow',
      });
    const answer = async (headers: Record<string, string>) => {
      const url = `${sandbox.auth.origin}/v2/web/consent`;
      return (await fetch(url, { method: 'POST', body: body(), headers, redirect: 'manual' })).status;
    };
    expect(await answer({})).toBe(400);
    expect(await answer({ cookie: await signedInCookie() })).toBe(400);
    expect(await answer({ cookie })).toBe(302);
    expect(await answer({ cookie })).toBe(400);
  });
});

describe('the login page', () => {
  it('offers every user, and none once the browser is signed in', async () => {
    const made = attempt(sandbox, 'openid');
    const first = await (await fetch(made.url)).text();
    for (const { username } of sandbox.users) expect(first).toContain(`data-test="user-${username}"`);
    const second = await (await fetch(made.url, { headers: { cookie: await signedInCookie() } })).text();
    expect(second).toContain('data-page="consent"');
    expect(second).toContain('ada@uni.example');
  });

  it('comes back for prompt=login', async () => {
    const made = attempt(sandbox, 'openid', { prompt: 'login' });
    const page = await (await fetch(made.url, { headers: { cookie: await signedInCookie() } })).text();
    expect(page).toContain('data-page="login"');
    expect(await codeFor(made)).not.toBe('');
  });

  it('refuses a username that does not exist', async () => {
    const page = await (await fetch(attempt(sandbox, 'openid').url)).text();
    const transaction = /name="transaction" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const response = await fetch(`${sandbox.auth.origin}/v2/web/login`, {
      method: 'POST',
      body: new URLSearchParams({ transaction, username: 'eve@nowhere.example' }),
    });
    expect(response.status).toBe(400);
    expect(response.headers.has('set-cookie')).toBe(false);
  });
});

describe('prompt=none', () => {
  it('says login_required without a browser session', async () => {
    const { location } = await open(attempt(sandbox, 'openid', { prompt: 'none' }).url);
    expect(new URL(location ?? '').searchParams.get('error')).toBe('login_required');
  });

  it('says consent_required before a consent, and gives a code after it', async () => {
    const scope = `${FLOWS_PREFIX}web_input_view`;
    const made = attempt(sandbox, scope, { prompt: 'none' });
    const cookie = await signedInCookie('grace@lab.example');
    const before = await fetch(made.url, { headers: { cookie }, redirect: 'manual' });
    expect(before.headers.get('location')).toContain('error=consent_required');
    await signIn(sandbox, scope, {}, { username: 'grace@lab.example' });
    const after = await fetch(made.url, { headers: { cookie }, redirect: 'manual' });
    expect(after.headers.get('location')).toContain('code=');
  });
});

describe('the paste page', () => {
  it('shows the code, which the exchange takes with the same redirect URI', async () => {
    const uri = `${sandbox.auth.origin}/v2/web/auth-code`;
    const made = attempt(sandbox, 'openid', { redirect_uri: uri });
    const code = await approveInProcess(made.url);
    expect(code).toMatch(/^[A-Za-z0-9]{30}$/);
    expect((await exchange(sandbox, made, code)).status).toBe(200);
  });

  it('says so when access was denied', async () => {
    const made = attempt(sandbox, 'openid', { redirect_uri: `${sandbox.auth.origin}/v2/web/auth-code` });
    const url = await approveInProcess(made.url, { deny: true });
    expect(new URL(url).searchParams.get('error')).toBe('access_denied');
    expect((await open(url)).page).toContain('access_denied');
  });
});

it('needs no page at all with autoApprove', async () => {
  const own = await startSandbox({ autoApprove: true, clients: [DEMO_CLIENT_ID] });
  const { location, status } = await open(attempt(own, 'openid').url);
  await own.close();
  expect(status).toBe(302);
  expect(new URL(location ?? '').searchParams.get('code')).toBeTruthy();
});

/** The cookie of a browser in which this user has signed in just now. */
async function signedInCookie(username = 'ada@uni.example'): Promise<string> {
  const page = await (await fetch(`${sandbox.auth.origin}/v2/web/consents`)).text();
  const transaction = /name="transaction" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const response = await fetch(`${sandbox.auth.origin}/v2/web/login`, {
    method: 'POST',
    body: new URLSearchParams({ transaction, username }),
    redirect: 'manual',
  });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}
