import { afterAll, beforeAll, expect, it } from 'vitest';
import { attempt } from '../support/native-app.ts';
import { startSandbox } from './index.ts';
import type { Sandbox } from './types.ts';
import { approveInProcess } from './visitor.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

it('does not follow the redirect that it returns', async () => {
  // Nothing listens on port 1: following would fail.
  const url = await approveInProcess(attempt(sandbox, 'openid', { redirect_uri: 'http://127.0.0.1:1' }).url);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:1\/\?code=/);
});

it('signs in as whom it is told', async () => {
  const before = sandbox.log.length;
  await approveInProcess(attempt(sandbox, 'openid').url, { username: 'alan@clinic.example' });
  expect(sandbox.log.slice(before).map(({ method, path, status }) => [method, path, status])).toEqual([
    ['GET', '/v2/oauth2/authorize', 200],
    ['POST', '/v2/web/login', 303],
    ['GET', '/v2/web/consent', 200],
    ['POST', '/v2/web/consent', 302],
  ]);
});

it('fails with what an error page says', async () => {
  await expect(approveInProcess(attempt(sandbox, 'openid made-up').url)).rejects.toThrow(
    /^400: Unknown scope\(s\).*made-up.*UNKNOWN_SCOPE_ERROR/,
  );
});

it('fails when nobody of that name is offered', async () => {
  const visit = approveInProcess(attempt(sandbox, 'openid').url, { username: 'eve@nowhere.example' });
  await expect(visit).rejects.toThrow('offers no "eve@nowhere.example"');
});

it('gives up on demands that no account can meet', async () => {
  const both = sandbox.users.map(({ sub }) => sub).join(',');
  const visit = approveInProcess(attempt(sandbox, 'openid', { session_required_identities: both }).url);
  await expect(visit).rejects.toThrow('still no answer');
});
