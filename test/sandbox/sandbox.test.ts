import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { FLOWS_PREFIX, post, signIn, type TokenBody } from '../support/native-app.ts';
import { PASS_FLOW_ID } from './flows/seed.ts';
import { DEMO_CLIENT_ID, startSandbox } from './index.ts';
import { approveInProcess } from './visitor.ts';

const PASS_SCOPE = `https://auth.globus.org/scopes/${PASS_FLOW_ID}/flow_${PASS_FLOW_ID.replaceAll('-', '_')}_user`;

it('knows the demo client first, and records every secret that it issues', async () => {
  const sandbox = await startSandbox();
  const { body, byServer } = await signIn(sandbox, `openid ${FLOWS_PREFIX}all`);
  await sandbox.close();
  expect([...sandbox.clients]).toEqual([DEMO_CLIENT_ID, '61338d24-54d5-408f-a10d-66c06b59f6d2']);
  const secrets = [...byServer.values()].flatMap((entry) => [entry.access_token, entry.refresh_token]);
  for (const secret of [...secrets, body.id_token]) expect(sandbox.issued).toContain(secret);
  // Two access and two refresh tokens, the id token and the code.
  expect(sandbox.issued).toHaveLength(6);
  expect(new Set(sandbox.issued).size).toBe(6);
});

it('keeps tokens of two sandboxes apart', async () => {
  const [one, two] = [await startSandbox(), await startSandbox()];
  const { body } = await signIn(one, `${FLOWS_PREFIX}view_flows`);
  const headers = { authorization: `Bearer ${body.access_token}` };
  const statuses = [
    (await fetch(`${one.flows.origin}/flows`, { headers })).status,
    (await fetch(`${two.flows.origin}/flows`, { headers })).status,
  ];
  await Promise.all([one.close(), two.close()]);
  expect(statuses).toEqual([200, 401]);
});

/**
 * The requests that the official Python SDK sends when its service URLs point here (its
 * NativeAppAuthClient and FlowsClient): paste page, constant state, `prefill_named_grant`, online access.
 */
it('takes the official SDK’s requests: sign in, list flows, start, watch and release a run', async () => {
  const sandbox = await startSandbox();
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `${sandbox.auth.origin}/v2/web/auth-code`;
  const query = new URLSearchParams({
    client_id: DEMO_CLIENT_ID,
    redirect_uri: redirectUri,
    scope: `${FLOWS_PREFIX}all ${PASS_SCOPE}`,
    state: '_default',
    response_type: 'code',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    access_type: 'online',
    prefill_named_grant: 'my app on lab-pc',
  });
  const code = await approveInProcess(`${sandbox.auth.origin}/v2/oauth2/authorize?${query.toString()}`);
  const answer = await post(sandbox, '/v2/oauth2/token', {
    client_id: DEMO_CLIENT_ID,
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });
  const body = (await answer.json()) as TokenBody;
  const tokens = new Map(
    [body, ...body.other_tokens].map((entry) => [entry.resource_server, entry.access_token]),
  );

  const call = async (method: string, path: string, server: string, data?: unknown) => {
    const response = await fetch(sandbox.flows.origin + path, {
      method,
      headers: { authorization: `Bearer ${tokens.get(server) ?? ''}`, 'content-type': 'application/json' },
      ...(data === undefined ? {} : { body: JSON.stringify(data) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect((await call('GET', '/flows', 'flows.globus.org')).body['has_next_page']).toBe(true);
  const run = await call('POST', `/flows/${PASS_FLOW_ID}/run`, PASS_FLOW_ID, { body: {} });
  expect(run.status).toBe(201);
  const runPath = `/runs/${String(run.body['run_id'])}`;
  sandbox.clock.advance(3_600_000);
  expect((await call('GET', runPath, 'flows.globus.org')).body['status']).toBe('SUCCEEDED');
  expect((await call('POST', `${runPath}/release`, 'flows.globus.org')).status).toBe(200);
  expect((await call('GET', runPath, 'flows.globus.org')).status).toBe(404);
  await sandbox.close();
});
