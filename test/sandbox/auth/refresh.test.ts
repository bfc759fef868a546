import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  FLOWS_PREFIX,
  getWithToken,
  post,
  refresh,
  signIn,
  tokenOf,
  type TokenBody,
  type TokenEntry,
} from '../../support/native-app.ts';
import { basicOf, foreignSignIn, registerInstance } from '../../support/foreign-sign-in.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../index.ts';
import type { Sandbox } from '../types.ts';

const TUTORIAL_CLIENT_ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';
const DAY = 86_400_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.clearFaults());
afterAll(() => sandbox.close());

async function read(response: Response): Promise<TokenBody> {
  return (await response.json()) as TokenBody;
}

async function isAlive(entry: TokenEntry): Promise<boolean> {
  return (await getWithToken(sandbox, '/v2/oauth2/userinfo', entry.access_token)).status === 200;
}

function addFault(kind: 'rotate' | 'missing_refresh_token' | 'fewer_scopes'): void {
  sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind, times: 1 });
}

describe('a refresh', () => {
  it('answers for one resource server, with the same refresh token and a new access token', async () => {
    const { byServer } = await signIn(sandbox, `openid email ${FLOWS_PREFIX}view_flows`);
    const before = tokenOf(byServer, 'auth.globus.org');
    const after = await read(await refresh(sandbox, before));
    expect(after).toMatchObject({
      resource_server: 'auth.globus.org',
      other_tokens: [],
      token_type: 'Bearer',
    });
    expect(after.refresh_token).toBe(before.refresh_token);
    expect(after.access_token).not.toBe(before.access_token);
    expect(new Set(after.scope.split(' '))).toEqual(new Set(['openid', 'email']));
    expect(after).not.toHaveProperty('id_token');
    expect(after).not.toHaveProperty('state');
    expect(await isAlive(before)).toBe(true);
  });

  it.each([
    ['another client', (entry: TokenEntry) => refresh(sandbox, entry, TUTORIAL_CLIENT_ID)],
    ['an unknown token', (entry: TokenEntry) => refresh(sandbox, { ...entry, refresh_token: 'AgNothing' })],
    [
      'an access token',
      (entry: TokenEntry) => refresh(sandbox, { ...entry, refresh_token: entry.access_token }),
    ],
  ])('refuses %s with 401 invalid_grant', async (_, ask) => {
    const response = await ask((await signIn(sandbox, 'openid')).body);
    expect([response.status, await response.json()]).toEqual([401, { error: 'invalid_grant' }]);
  });

  it('can rotate: the old refresh token is dead, the new one works', async () => {
    const { body } = await signIn(sandbox, 'openid');
    addFault('rotate');
    const rotated = await read(await refresh(sandbox, body));
    expect(rotated.refresh_token).not.toBe(body.refresh_token);
    expect((await refresh(sandbox, body)).status).toBe(401);
    expect((await refresh(sandbox, rotated)).status).toBe(200);
  });

  it('can leave the refresh token out, and grant fewer scopes', async () => {
    const { body } = await signIn(sandbox, 'openid email');
    addFault('missing_refresh_token');
    expect(await read(await refresh(sandbox, body))).not.toHaveProperty('refresh_token');
    addFault('fewer_scopes');
    expect((await read(await refresh(sandbox, body))).scope.split(' ')).toHaveLength(1);
  });

  it('works as long as no six months pass without one', async () => {
    const own = await startSandbox({ startAt: Date.UTC(2026, 0, 15) });
    const { body } = await signIn(own, 'openid');
    const statuses: number[] = [];
    for (const days of [180, 180, 182]) {
      own.clock.advance(days * DAY);
      statuses.push((await refresh(own, body)).status);
    }
    await own.close();
    expect(statuses).toEqual([200, 200, 401]);
  });
});

describe('access tokens', () => {
  it('expire by the sandbox clock', async () => {
    const own = await startSandbox({ accessTokenSeconds: 60 });
    const { body } = await signIn(own, 'openid');
    const ask = async () => (await getWithToken(own, '/v2/oauth2/userinfo', body.access_token)).status;
    const before = await ask();
    own.clock.advance(61_000);
    const after = await ask();
    await own.close();
    expect([before, after]).toEqual([200, 401]);
  });
});

describe('revocation', () => {
  function revoke(token: string, clientId = DEMO_CLIENT_ID): Promise<Response> {
    return post(sandbox, '/v2/oauth2/token/revoke', { token, client_id: clientId });
  }

  it('of a refresh token leaves its access tokens alive', async () => {
    const { body } = await signIn(sandbox, 'openid');
    const response = await revoke(body.refresh_token ?? '');
    expect([response.status, await response.json()]).toEqual([200, { active: false }]);
    expect((await refresh(sandbox, body)).status).toBe(401);
    expect(await isAlive(body)).toBe(true);
  });

  it('of an access token leaves the refresh token alive', async () => {
    const { body } = await signIn(sandbox, 'openid');
    expect((await revoke(body.access_token)).status).toBe(200);
    expect(await isAlive(body)).toBe(false);
    expect((await refresh(sandbox, body)).status).toBe(200);
  });

  it('answers the same for unknown, dead and foreign tokens, and does not touch the foreign one', async () => {
    const { body } = await signIn(sandbox, 'openid');
    for (const [token, client] of [
      ['nonsense', DEMO_CLIENT_ID],
      [body.access_token, TUTORIAL_CLIENT_ID],
    ] as const) {
      const response = await revoke(token, client);
      expect([response.status, await response.json()]).toEqual([200, { active: false }]);
    }
    expect(await isAlive(body)).toBe(true);
  });

  it('needs a token and a known client', async () => {
    expect((await revoke('')).status).toBe(400);
    expect((await revoke('x', 'nobody')).status).toBe(401);
  });
});

describe('a confidential client', () => {
  const form = (token: string) => new URLSearchParams({ token });
  const revoke = (token: string, headers: Record<string, string>) =>
    fetch(`${sandbox.auth.origin}/v2/oauth2/token/revoke`, { method: 'POST', headers, body: form(token) });

  it('signs in, renews and revokes with its secret, and is nobody without it', async () => {
    const instance = registerInstance(sandbox);
    const tokens = Object.values(await foreignSignIn(sandbox, 'openid', instance));
    const { access_token: access = '', refresh_token: kept = '' } = tokens[0] ?? {};
    const renew = (headers: Record<string, string>, more: Record<string, string>) =>
      fetch(`${sandbox.auth.origin}/v2/oauth2/token`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: kept ?? '', ...more }),
      });
    expect((await renew(basicOf(instance), {})).status).toBe(200);
    const other = registerInstance(sandbox);
    const wrong = await renew(basicOf(other), {});
    expect([wrong.status, await wrong.json()]).toEqual([401, { error: 'invalid_grant' }]);
    for (const refusal of [
      await renew({}, { client_id: instance.id }),
      await renew(basicOf({ ...instance, secret: 'wrong' }), {}),
      await revoke(access, basicOf({ ...instance, secret: 'wrong' })),
      await post(sandbox, '/v2/oauth2/token/revoke', { token: access, client_id: instance.id }),
    ]) {
      expect([refusal.status, await refusal.json()]).toEqual([401, { error: 'invalid_client' }]);
    }
    expect((await revoke(access, basicOf(other))).status).toBe(200);
    expect((await getWithToken(sandbox, '/v2/oauth2/userinfo', access)).status).toBe(200);
    expect((await revoke(access, basicOf(instance))).status).toBe(200);
    expect((await getWithToken(sandbox, '/v2/oauth2/userinfo', access)).status).toBe(401);
  });
});

describe('validate', () => {
  async function isActive(token: string | undefined, clientId = DEMO_CLIENT_ID): Promise<unknown> {
    const form = { token: token ?? '', client_id: clientId };
    return (await post(sandbox, '/v2/oauth2/token/validate', form)).json();
  }

  it('knows live tokens of this client only', async () => {
    const { body } = await signIn(sandbox, 'openid');
    expect(await isActive(body.access_token)).toEqual({ active: true });
    expect(await isActive(body.refresh_token)).toEqual({ active: true });
    expect(await isActive('nonsense')).toEqual({ active: false });
    expect(await isActive(body.access_token, TUTORIAL_CLIENT_ID)).toEqual({ active: false });
    await post(sandbox, '/v2/oauth2/token/revoke', { token: body.access_token, client_id: DEMO_CLIENT_ID });
    expect(await isActive(body.access_token)).toEqual({ active: false });
  });
});
