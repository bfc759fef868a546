import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  attempt,
  codeFor,
  exchange,
  FLOWS_PREFIX,
  post,
  signIn,
  tokenOf,
  TRANSFER_ALL,
  type TokenBody,
} from '../../support/native-app.ts';
import { PASS_FLOW_ID } from '../flows/seed.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../index.ts';
import type { Fault, Sandbox } from '../types.ts';

const TUTORIAL_CLIENT_ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';
const PASS_SCOPE = `https://auth.globus.org/scopes/${PASS_FLOW_ID}/flow_${PASS_FLOW_ID.replaceAll('-', '_')}_user`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.clearFaults());
afterAll(() => sandbox.close());

function add(kind: Fault['kind'], flaw?: Fault['flaw']): void {
  sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind, ...(flaw === undefined ? {} : { flaw }) });
}

describe('the code exchange', () => {
  it('gives one token per resource server and always other_tokens', async () => {
    const { body, byServer } = await signIn(
      sandbox,
      `openid email profile ${FLOWS_PREFIX}view_flows ${FLOWS_PREFIX}run_status ${PASS_SCOPE}`,
    );
    expect([...byServer.keys()].sort()).toEqual([PASS_FLOW_ID, 'auth.globus.org', 'flows.globus.org'].sort());
    expect(body.other_tokens).toHaveLength(2);
    for (const entry of byServer.values()) {
      expect(entry).toMatchObject({ token_type: 'Bearer', expires_in: 172_800, state: 'state of this test' });
      expect(entry.access_token).toMatch(/^Ag[A-Za-z0-9]{93}$/);
      expect(entry.access_token).toContain('SANDBOX');
      expect(entry.refresh_token).toMatch(/^Ag[A-Za-z0-9]{93}$/);
    }
    const secrets = [...byServer.values()].flatMap((entry) => [entry.access_token, entry.refresh_token]);
    expect(new Set(secrets).size).toBe(6);
    expect((await signIn(sandbox, 'openid')).body.other_tokens).toEqual([]);
  });

  it('names the scopes of a token in another order than asked, without brackets', async () => {
    const asked = [`${FLOWS_PREFIX}run`, `${FLOWS_PREFIX}view_flows`, `${FLOWS_PREFIX}run_status`];
    const { body } = await signIn(sandbox, asked.join(' '));
    expect(body.scope).not.toBe(asked.join(' '));
    expect(new Set(body.scope.split(' '))).toEqual(new Set(asked));
    const data = `https://auth.globus.org/scopes/collection/data_access`;
    const nested = await signIn(sandbox, `${PASS_SCOPE}[${TRANSFER_ALL}[*${data}]]`);
    expect(nested.body.scope).toBe(PASS_SCOPE);
  });

  it('puts another token on top from one exchange to the next', async () => {
    const tops = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      tops.add((await signIn(sandbox, `openid ${FLOWS_PREFIX}all`)).body.resource_server);
    }
    expect(tops).toEqual(new Set(['auth.globus.org', 'flows.globus.org']));
  });

  it.each([
    ['access_type=offline', 'openid', { access_type: 'offline' }, true],
    ['the scope offline_access', 'openid offline_access', { access_type: null }, true],
    ['access_type=online', 'openid', { access_type: 'online' }, false],
    ['no access type', 'openid', { access_type: null }, false],
  ])('decides about refresh tokens by %s', async (_, scope, changes, given) => {
    const { body } = await signIn(sandbox, scope, changes);
    expect('refresh_token' in body).toBe(given);
    expect(body.scope).toBe('openid');
  });

  it('uses the access token life of the moment', async () => {
    sandbox.accessTokenSeconds = 90;
    const { body } = await signIn(sandbox, 'openid');
    sandbox.accessTokenSeconds = 172_800;
    expect(body.expires_in).toBe(90);
  });

  it('echoes no state that was not sent', async () => {
    expect('state' in (await signIn(sandbox, 'openid', { state: null })).body).toBe(false);
  });

  it('can leave out the refresh token and grant fewer scopes', async () => {
    add('missing_refresh_token');
    expect('refresh_token' in (await signIn(sandbox, 'openid')).body).toBe(false);
    add('fewer_scopes');
    const asked = `${FLOWS_PREFIX}view_flows ${FLOWS_PREFIX}run_status openid profile`;
    const { byServer } = await signIn(sandbox, asked);
    expect(tokenOf(byServer, 'flows.globus.org').scope).toBe(`${FLOWS_PREFIX}view_flows`);
    expect(tokenOf(byServer, 'auth.globus.org').scope.split(' ')).toHaveLength(2);
  });
});

describe('a code', () => {
  async function status(changes: Record<string, string>): Promise<[number, string | undefined]> {
    const made = attempt(sandbox, 'openid');
    const response = await exchange(sandbox, made, await codeFor(made), changes);
    return [response.status, ((await response.json()) as TokenBody).error];
  }

  it.each([
    ['another client', { client_id: TUTORIAL_CLIENT_ID }],
    ['another redirect URI', { redirect_uri: 'http://localhost:49152' }],
    ['a trailing slash on the redirect URI', { redirect_uri: 'http://127.0.0.1:49152/' }],
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another code', { code: 'nonsense' }],
  ])('is refused with 401 invalid_grant for %s', async (_, changes) => {
    expect(await status(changes)).toEqual([401, 'invalid_grant']);
  });

  it.each(['v'.repeat(42), 'v'.repeat(129), `${'v'.repeat(43)}+`])(
    'is refused for a verifier outside RFC 7636, although it fits the challenge: %s',
    async (verifier) => {
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const made = attempt(sandbox, 'openid', { code_challenge: challenge });
      const code = await codeFor(made);
      expect((await exchange(sandbox, made, code, { code_verifier: verifier })).status).toBe(401);
    },
  );

  it('works once', async () => {
    const made = attempt(sandbox, 'openid');
    const code = await codeFor(made);
    expect((await exchange(sandbox, made, code)).status).toBe(200);
    expect((await exchange(sandbox, made, code)).status).toBe(401);
  });

  it('dies after ten minutes', async () => {
    const own = await startSandbox();
    const made = attempt(own, 'openid');
    const [first, second] = [await codeFor(made), await codeFor(made)];
    own.clock.advance(10 * 60_000 - 5_000);
    const early = await exchange(own, made, first);
    own.clock.advance(5_000);
    const late = await exchange(own, made, second);
    await own.close();
    expect([early.status, late.status]).toEqual([200, 401]);
  });
});

describe('the token endpoint', () => {
  it.each([
    ['JSON', 'application/json', '{}', 400, 'invalid_request'],
    ['an unknown client', 'application/x-www-form-urlencoded', 'client_id=x', 401, 'invalid_client'],
    ['no client', 'application/x-www-form-urlencoded', '', 401, 'invalid_client'],
    [
      'a client secret',
      'application/x-www-form-urlencoded',
      `client_id=${DEMO_CLIENT_ID}&client_secret=x`,
      401,
      'invalid_client',
    ],
    [
      'another grant type',
      'application/x-www-form-urlencoded',
      `client_id=${DEMO_CLIENT_ID}&grant_type=password`,
      400,
      'unsupported_grant_type',
    ],
  ])('refuses %s', async (_, type, body, status, error) => {
    const response = await fetch(`${sandbox.auth.origin}/v2/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect([response.status, await response.json()]).toEqual([status, { error }]);
  });

  it('refuses an Authorization header, and any method but POST', async () => {
    const url = `${sandbox.auth.origin}/v2/oauth2/token`;
    const body = new URLSearchParams({ client_id: DEMO_CLIENT_ID, grant_type: 'refresh_token' });
    const basic = { authorization: `Basic ${Buffer.from(`${DEMO_CLIENT_ID}:`).toString('base64')}` };
    const withHeader = await fetch(url, { method: 'POST', body, headers: basic });
    expect([withHeader.status, await withHeader.json()]).toEqual([401, { error: 'invalid_client' }]);
    expect((await fetch(`${url}?${body.toString()}`)).status).toBe(405);
  });

  it('answers introspection by a native app with 401 invalid_client', async () => {
    const response = await post(sandbox, '/v2/oauth2/token/introspect', {
      token: 'x',
      client_id: DEMO_CLIENT_ID,
    });
    expect([response.status, await response.json()]).toEqual([401, { error: 'invalid_client' }]);
  });
});

describe('the id token', () => {
  async function idToken(changes: Record<string, string | null> = {}, scope = 'openid profile email') {
    const { body } = await signIn(sandbox, scope, { nonce: 'nonce of this test', ...changes });
    const [header = '', claims = '', signature = ''] = (body.id_token ?? '').split('.');
    const read = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const { keys } = (await (await fetch(`${sandbox.auth.origin}/jwk.json`)).json()) as {
      keys: [JsonWebKey];
    };
    const key = createPublicKey({ key: keys[0], format: 'jwk' });
    const valid = verify(
      'sha512',
      Buffer.from(`${header}.${claims}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    return { body, header: read(header), claims: read(claims), valid };
  }

  type IdToken = Awaited<ReturnType<typeof idToken>>;

  it('comes only with openid', async () => {
    expect('id_token' in (await signIn(sandbox, `${FLOWS_PREFIX}all`)).body).toBe(false);
  });

  it('is signed RS512 by the published key and carries the recorded claims', async () => {
    const { body, header, claims, valid } = await idToken({}, `openid profile email ${FLOWS_PREFIX}all`);
    expect(header).toEqual({ typ: 'JWT', alg: 'RS512' });
    expect(valid).toBe(true);
    const [ada] = sandbox.users;
    expect(claims).toMatchObject({
      iss: sandbox.auth.origin,
      aud: DEMO_CLIENT_ID,
      sub: ada?.sub,
      name: ada?.name,
      email: ada?.email,
      organization: ada?.organization,
      preferred_username: ada?.username,
      nonce: 'nonce of this test',
    });
    const half = createHash('sha512').update(body.access_token).digest().subarray(0, 32);
    expect(claims['at_hash']).toBe(half.toString('base64url'));
    expect(claims['identity_set']).toHaveLength(2);
    expect(Number(claims['exp'])).toBeGreaterThan(Number(claims['iat']));
  });

  it('tells name and email only with profile and email, and no nonce unasked', async () => {
    const { claims } = await idToken({ nonce: null }, 'openid');
    for (const name of ['name', 'email', 'preferred_username', 'nonce'])
      expect(claims).not.toHaveProperty(name);
  });

  it.each([
    ['signature', (token: IdToken) => !token.valid],
    ['issuer', (token: IdToken) => token.claims['iss'] !== sandbox.auth.origin],
    ['audience', (token: IdToken) => token.claims['aud'] !== DEMO_CLIENT_ID],
    ['expired', (token: IdToken) => Number(token.claims['exp']) < Date.now() / 1_000],
    ['nonce', (token: IdToken) => token.claims['nonce'] === 'another nonce'],
    ['no_nonce', (token: IdToken) => !('nonce' in token.claims)],
    ['alg_none', (token: IdToken) => token.header['alg'] === 'none'],
  ] as const)('can carry the flaw "%s"', async (flaw, isFlawed) => {
    add('id_token', flaw);
    expect(isFlawed(await idToken())).toBe(true);
  });
});

describe('discovery', () => {
  it('holds the recorded fields and no PKCE or end-session entry', async () => {
    const response = await fetch(`${sandbox.auth.origin}/.well-known/openid-configuration`);
    const document = (await response.json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      issuer: sandbox.auth.origin,
      token_endpoint: `${sandbox.auth.origin}/v2/oauth2/token`,
      id_token_signing_alg_values_supported: ['RS512'],
    });
    expect(document).not.toHaveProperty('code_challenge_methods_supported');
    expect(document).not.toHaveProperty('end_session_endpoint');
  });

  it('publishes one RS512 key without a kid', async () => {
    const { keys } = (await (await fetch(`${sandbox.auth.origin}/jwk.json`)).json()) as { keys: unknown[] };
    expect(keys).toEqual([
      { kty: 'RSA', alg: 'RS512', use: 'sig', n: expect.any(String) as unknown, e: 'AQAB' },
    ]);
  });

  it('can name a foreign issuer', async () => {
    sandbox.addFault({ host: 'auth', path: '/.well-known', kind: 'issuer' });
    const response = await fetch(`${sandbox.auth.origin}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ issuer: 'https://issuer.invalid' });
  });
});
