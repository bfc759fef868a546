import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../support/native-app.ts';
import { startSandbox } from './index.ts';
import type { Sandbox } from './types.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function control(method: string, path: string, body?: unknown, key = sandbox.controlKey) {
  const response = await fetch(`${sandbox.auth.origin}/sandbox/${path}`, {
    method,
    headers: { 'x-sandbox-control': key, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the control endpoints', () => {
  it.each([
    ['POST', 'faults'],
    ['DELETE', 'faults'],
    ['POST', 'clock'],
    ['GET', 'log'],
    ['GET', 'issued'],
    ['POST', 'access-token-seconds'],
  ])('refuse %s %s without the key', async (method, path) => {
    expect((await control(method, path, method === 'POST' ? {} : undefined, '')).status).toBe(403);
    expect((await control(method, path, method === 'POST' ? {} : undefined, 'x'.repeat(40))).status).toBe(
      403,
    );
  });

  it('add and clear faults, and stay out of them', async () => {
    const fault = { host: 'auth', path: '/', kind: 'status', status: 503 };
    expect((await control('POST', 'faults', fault)).status).toBe(201);
    expect((await fetch(`${sandbox.auth.origin}/jwk.json`)).status).toBe(503);
    expect((await control('DELETE', 'faults')).status).toBe(200);
    expect((await fetch(`${sandbox.auth.origin}/jwk.json`)).status).toBe(200);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['no object', '7'],
    ['another host', { host: 'search', path: '/', kind: 'cut' }],
    ['no path', { host: 'auth', kind: 'cut' }],
    ['another kind', { host: 'auth', path: '/', kind: 'explode' }],
    ['another flaw', { host: 'auth', path: '/', kind: 'id_token', flaw: 'shiny' }],
    ['a number as text', { host: 'auth', path: '/', kind: 'status', status: '503' }],
  ])('refuse a fault that is %s', async (_, body) => {
    expect((await control('POST', 'faults', body)).status).toBe(422);
  });

  it('move the clock', async () => {
    const before = sandbox.clock.now();
    const { body } = await control('POST', 'clock', { advance: 3_600_000 });
    expect(Number(body['now']) - before).toBeGreaterThanOrEqual(3_600_000);
    expect((await control('POST', 'clock', { advance: 'far' })).status).toBe(422);
  });

  it('change the life of access tokens', async () => {
    expect((await control('POST', 'access-token-seconds', { seconds: 45 })).status).toBe(200);
    expect((await signIn(sandbox, 'openid')).body.expires_in).toBe(45);
    expect((await control('POST', 'access-token-seconds', { seconds: 0 })).status).toBe(422);
  });

  it('tell the log and what was issued, and appear in no log themselves', async () => {
    const { body } = await signIn(sandbox, 'openid');
    expect((await control('GET', 'issued')).body['issued']).toContain(body.access_token);
    const { log } = (await control('GET', 'log')).body as { log: { path: string }[] };
    expect(log.length).toBeGreaterThan(0);
    expect(log.some(({ path }) => path.startsWith('/sandbox/'))).toBe(false);
  });

  it('know nothing else', async () => {
    expect((await control('GET', 'secrets')).status).toBe(404);
    expect((await control('GET', 'clock')).status).toBe(405);
  });
});
