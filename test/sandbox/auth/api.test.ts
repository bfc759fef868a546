import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLOWS_PREFIX, getWithToken, signIn, TRANSFER_ALL } from '../../support/native-app.ts';
import { startSandbox } from '../index.ts';
import type { Sandbox, SandboxUser } from '../types.ts';

const AUTH = 'urn:globus:auth:scope:auth.globus.org:';
const TUTORIAL_CLIENT_ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';

let sandbox: Sandbox;
let grace: SandboxUser;
beforeAll(async () => {
  sandbox = await startSandbox();
  grace = sandbox.users.find(({ username }) => username === 'grace@lab.example') as SandboxUser;
});
afterAll(() => sandbox.close());

async function tokenFor(scopes: string, username = 'ada@uni.example', client?: string): Promise<string> {
  const changes: Record<string, string> = client === undefined ? {} : { client_id: client };
  return (await signIn(sandbox, scopes, changes, { username })).body.access_token;
}

async function get(path: string, token: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await getWithToken(sandbox, path, token);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('userinfo', () => {
  it('tells what the scopes of the token open', async () => {
    expect((await get('/v2/oauth2/userinfo', await tokenFor('openid'))).body).toEqual({
      sub: sandbox.users[0]?.sub,
    });
    const { body } = await get(
      '/v2/oauth2/userinfo',
      await tokenFor(`openid profile email ${AUTH}view_identity_set`),
    );
    expect(body).toMatchObject({ preferred_username: 'ada@uni.example', email: 'ada@uni.example' });
    expect(body['identity_set']).toMatchObject([
      { username: 'ada@uni.example', status: 'used' },
      { username: 'ada@clinic.example', status: 'used' },
    ]);
  });

  it.each([
    ['no token', ''],
    ['a token nobody issued', 'AgNothing'],
  ])('answers 401 in the recorded form to %s', async (_, token) => {
    const { status, body } = await get('/v2/oauth2/userinfo', token);
    expect(status).toBe(401);
    expect(body).toEqual({
      errors: [
        {
          status: '401',
          id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
          code: 'UNAUTHORIZED',
          title: 'Unauthorized',
          detail: 'Call must be authenticated',
        },
      ],
      error: 'unauthorized',
      error_description: 'Unauthorized',
    });
  });

  it.each([
    ['without openid', 'email'],
    ['of another service', `${FLOWS_PREFIX}all`],
  ])('answers 403 FORBIDDEN to a token %s', async (_, scope) => {
    const { status, body } = await get('/v2/oauth2/userinfo', await tokenFor(scope));
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: 'forbidden', errors: [{ code: 'FORBIDDEN', status: '403' }] });
  });
});

describe('identity lookup', () => {
  it('finds by ids or by usernames, linked ones too', async () => {
    const token = await tokenFor(`openid ${AUTH}view_identities`);
    const byId = await get(`/v2/api/identities?ids=${grace.sub},${randomUUID()}`, token);
    expect(byId.body['identities']).toMatchObject([
      { id: grace.sub, username: grace.username, status: 'used' },
    ]);
    const byName = await get(`/v2/api/identities?usernames=${grace.username},ada@clinic.example`, token);
    expect(byName.body['identities']).toHaveLength(2);
  });

  it.each(['', '?ids=a&usernames=b'])('refuses both parameters and none: "%s"', async (query) => {
    const token = await tokenFor(`openid ${AUTH}view_identities`);
    expect((await get(`/v2/api/identities${query}`, token)).status).toBe(400);
  });

  it('needs view_identities', async () => {
    expect((await get(`/v2/api/identities?ids=${grace.sub}`, await tokenFor('openid'))).status).toBe(403);
  });
});

describe('the consents API', () => {
  it('lists the consents of this client with their dependency paths', async () => {
    const data = 'https://auth.globus.org/scopes/collection/data_access';
    await tokenFor(`${TRANSFER_ALL}[*${data}]`, grace.username);
    const token = await tokenFor('openid', grace.username);
    const { body } = await get(`/v2/api/identities/${grace.sub}/consents`, token);
    const consents = body['consents'] as { id: number; scope_name: string; dependency_path: number[] }[];
    const root = consents.find(({ scope_name }) => scope_name === TRANSFER_ALL);
    const below = consents.find(({ scope_name }) => scope_name === data);
    expect(root).toMatchObject({ atomically_revocable: false, allows_refresh: true, status: 'approved' });
    expect(root?.dependency_path).toEqual([root?.id]);
    expect(below).toMatchObject({ atomically_revocable: true, dependency_path: [root?.id, below?.id] });
  });

  it('lists those of all clients only with view_consents', async () => {
    await tokenFor(`${FLOWS_PREFIX}all`, grace.username, TUTORIAL_CLIENT_ID);
    const path = `/v2/api/identities/${grace.sub}/consents?all=true`;
    expect((await get(path, await tokenFor('openid', grace.username))).status).toBe(403);
    const { body } = await get(path, await tokenFor(`openid ${AUTH}view_consents`, grace.username));
    const clients = (body['consents'] as { client: string }[]).map(({ client }) => client);
    expect(new Set(clients).size).toBe(2);
  });

  it('answers about the caller alone', async () => {
    const token = await tokenFor('openid');
    expect((await get(`/v2/api/identities/${grace.sub}/consents`, token)).status).toBe(403);
    expect((await get(`/v2/api/identities/${grace.sub}/consents`, '')).status).toBe(401);
    const flowsToken = await tokenFor(`${FLOWS_PREFIX}all`, grace.username);
    expect((await get(`/v2/api/identities/${grace.sub}/consents`, flowsToken)).status).toBe(403);
  });
});
