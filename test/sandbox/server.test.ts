import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attempt, codeFor, exchange, post, refresh, signIn } from '../support/native-app.ts';
import { DEMO_CLIENT_ID, startSandbox } from './index.ts';
import type { Fault, Sandbox } from './types.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.clearFaults());
afterAll(() => sandbox.close());

async function statusForHost(port: number, host: string): Promise<[number | undefined, unknown]> {
  const request = httpRequest({ host: '127.0.0.1', port, path: '/jwk.json', headers: { host } });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return [response.statusCode, response.headers['x-globus-sandbox']];
}

describe('both hosts', () => {
  it.each(['auth', 'flows'] as const)('answer to a loopback Host header only: %s', async (host) => {
    const { port } = sandbox[host];
    for (const name of ['globus.example', '10.0.0.1', 'localhost.example', '127.0.0.1.example']) {
      expect(await statusForHost(port, name)).toEqual([400, 'fake']);
    }
    for (const name of [`127.0.0.1:${port}`, `localhost:${port}`, 'localhost:1']) {
      expect((await statusForHost(port, name))[0]).not.toBe(400);
    }
  });

  it.each(['auth', 'flows'] as const)(
    'do not listen on other addresses of this machine: %s',
    async (host) => {
      const others = Object.values(networkInterfaces())
        .flatMap((list) => list ?? [])
        .filter(({ internal, family }) => !internal && family === 'IPv4');
      for (const { address } of others) {
        const socket = connect({ host: address, port: sandbox[host].port });
        const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
        expect(error.code).toBe('ECONNREFUSED');
      }
      expect(sandbox[host].origin).toBe(`http://127.0.0.1:${sandbox[host].port}`);
    },
  );

  it('mark every answer as fake, errors and broken requests included', async () => {
    const answers = [
      await fetch(`${sandbox.auth.origin}/nowhere`),
      await fetch(`${sandbox.flows.origin}/flows`),
      await post(sandbox, '/v2/oauth2/token', {}),
    ];
    for (const answer of answers) expect(answer.headers.get('x-globus-sandbox')).toBe('fake');
    const socket = connect({ host: '127.0.0.1', port: sandbox.auth.port });
    socket.end('nonsense\r\n\r\n');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, 'close');
    expect(text).toContain('x-globus-sandbox: fake');
  });

  it('refuse a body above 1 MiB', async () => {
    const response = await post(sandbox, '/v2/oauth2/token', { token: 'x'.repeat(1_100_000) });
    expect(response.status).toBe(413);
  });

  it('tell the time of the sandbox clock', async () => {
    const own = await startSandbox({ startAt: Date.UTC(2030, 0, 1) });
    const response = await fetch(`${own.auth.origin}/jwk.json`);
    await own.close();
    expect(response.headers.get('date')).toContain('01 Jan 2030');
  });

  it('close with connections still open, and the ports are free again', async () => {
    const own = await startSandbox();
    own.addFault({ host: 'auth', path: '/', kind: 'slow', milliseconds: 60_000 });
    const hanging = fetch(`${own.auth.origin}/jwk.json`).catch(() => 'failed');
    await own.waitForRequest(({ path }) => path === '/jwk.json');
    await own.close();
    expect(await hanging).toBe('failed');
    const again = await startSandbox({ authPort: own.auth.port, flowsPort: own.flows.port });
    expect(again.auth.origin).toBe(own.auth.origin);
    await again.close();
  });

  it('leave nothing open when the second port is taken', async () => {
    const failure = startSandbox({ flowsPort: sandbox.flows.port });
    await expect(failure).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('faults', () => {
  const path = '/v2/oauth2/token';

  function add(fault: Omit<Fault, 'host' | 'path'>): void {
    sandbox.addFault({ host: 'auth', path, ...fault });
  }

  async function ask(): Promise<Response> {
    return post(sandbox, path, { client_id: DEMO_CLIENT_ID, grant_type: 'nothing' });
  }

  it.each([
    ['invalid_grant_401', 401],
    ['invalid_grant_400', 400],
  ] as const)('%s answers instead of the handler', async (kind, status) => {
    const { body } = await signIn(sandbox, 'openid');
    add({ kind, times: 1 });
    const refused = await refresh(sandbox, body);
    expect([refused.status, await refused.json()]).toEqual([status, { error: 'invalid_grant' }]);
    expect((await refresh(sandbox, body)).status).toBe(200);
  });

  it('status takes any code, with Retry-After or without', async () => {
    add({ kind: 'status', status: 429, retryAfter: 7, times: 1 });
    add({ kind: 'status', status: 502, times: 1 });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
    expect([second.status, second.headers.get('retry-after')]).toEqual([502, null]);
  });

  it('cut breaks the connection after the work is done', async () => {
    const made = attempt(sandbox, 'openid');
    const code = await codeFor(made);
    add({ kind: 'cut', times: 1 });
    const broken = exchange(sandbox, made, code).then((response) => response.text());
    await expect(broken).rejects.toThrow();
    expect((await exchange(sandbox, made, code)).status).toBe(401);
  });

  it('broken_json keeps the status and spoils the body', async () => {
    add({ kind: 'broken_json', times: 1 });
    const response = await ask();
    expect(response.headers.get('content-type')).toBe('application/json');
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('slow holds the answer back', async () => {
    add({ kind: 'slow', milliseconds: 120, times: 1 });
    const start = performance.now();
    await ask();
    // Timers may fire a little early by the other clock.
    expect(performance.now() - start).toBeGreaterThan(110);
  });

  it('slow holds nothing for a client that is gone', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    add({ kind: 'slow', milliseconds: 60_000 });
    const before = timers();
    const leaving = new AbortController();
    const asked = Array.from({ length: 24 }, () =>
      fetch(`${sandbox.auth.origin}${path}`, { method: 'POST', signal: leaving.signal }).catch(() => 'left'),
    );
    await expect.poll(timers).toBeGreaterThan(before + 20);
    leaving.abort();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['left']));
    // A connection may leave one of its own for a while.
    await expect.poll(timers).toBeLessThan(before + 10);
  });

  it('skewed_date moves the Date header alone', async () => {
    add({ kind: 'skewed_date', milliseconds: 600_000, times: 1 });
    const skew = Date.parse((await ask()).headers.get('date') ?? '') - Date.now();
    expect(skew).toBeGreaterThan(590_000);
    expect(skew).toBeLessThan(610_000);
  });

  it('hit their own host and path prefix, as often as they say, until removed', async () => {
    add({ kind: 'status', status: 503, times: 2 });
    expect((await fetch(`${sandbox.flows.origin}${path}`)).status).not.toBe(503);
    expect((await fetch(`${sandbox.auth.origin}/jwk.json`)).status).toBe(200);
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([503, 503, 400]);
    const remove = sandbox.addFault({ host: 'flows', path: '/flows', kind: 'status', status: 500 });
    expect((await fetch(`${sandbox.flows.origin}/flows`)).status).toBe(500);
    remove();
    expect((await fetch(`${sandbox.flows.origin}/flows`)).status).toBe(401);
  });
});
