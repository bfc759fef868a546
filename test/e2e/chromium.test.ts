import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { visitConsent } from '../support/electron-app.ts';
import { attempt, FLOWS_PREFIX } from '../support/native-app.ts';

let sandbox: Sandbox;
let app: Server;
let redirectUri = '';
beforeAll(async () => {
  sandbox = await startSandbox();
  app = createServer((_request, response) => response.end('<p>you may close this page'));
  await new Promise<void>((settle) => app.listen(0, '127.0.0.1', settle));
  redirectUri = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
});
afterAll(async () => {
  app.closeAllConnections();
  app.close();
  await sandbox.close();
});

describe('a person in a real browser', () => {
  it.each(['ada@uni.example', 'grace@lab.example'])('signs in as %s and allows', async (username) => {
    const { url } = attempt(sandbox, `${FLOWS_PREFIX}view_flows`, { redirect_uri: redirectUri });
    const end = await visitConsent(url, { username, answer: 'allow' });
    expect(end.url.startsWith(`${redirectUri}/`)).toBe(true);
    const answer = new URL(end.url).searchParams;
    expect(answer.get('code')).toMatch(/\w{20,}/);
    expect(answer.get('state')).toBe('state of this test');
    expect(end.text).toBe('you may close this page');
  });

  it('denies, and the app hears so', async () => {
    const { url } = attempt(sandbox, `${FLOWS_PREFIX}view_flows`, { redirect_uri: redirectUri });
    const end = await visitConsent(url, { username: 'ada@uni.example', answer: 'deny' });
    expect(new URL(end.url).searchParams.get('error')).toBe('access_denied');
  });
});
