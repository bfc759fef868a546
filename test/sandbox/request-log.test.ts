import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, codeFor, exchange, refresh, signIn, type TokenEntry } from '../support/native-app.ts';
import { startSandbox } from './index.ts';
import type { Sandbox } from './types.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('the request log', () => {
  it('keeps what was asked and no secret of it', async () => {
    const made = attempt(sandbox, 'openid', { redirect_uri: `${sandbox.auth.origin}/v2/web/auth-code` });
    const answer = await exchange(sandbox, made, await codeFor(made));
    await refresh(sandbox, (await answer.json()) as TokenEntry);
    const text = JSON.stringify(sandbox.log);
    expect(sandbox.issued.length).toBeGreaterThanOrEqual(5);
    for (const secret of [...sandbox.issued, made.verifier]) expect(text).not.toContain(secret);
    const [exchanged, refreshed] = sandbox.log.filter(({ path }) => path === '/v2/oauth2/token').slice(-2);
    expect(exchanged).toMatchObject({
      host: 'auth',
      method: 'POST',
      status: 200,
      form: {
        grant_type: 'authorization_code',
        code: '***',
        code_verifier: '***',
        redirect_uri: made.redirectUri,
      },
    });
    expect(refreshed?.form).toMatchObject({ grant_type: 'refresh_token', refresh_token: '***' });
    const shown = sandbox.log.find(({ path }) => path === '/v2/web/auth-code');
    expect(shown?.query['code']).toMatch(/^…[A-Za-z0-9]{4}$/);
    const asked = sandbox.log.find(({ path }) => path === '/v2/oauth2/authorize');
    expect(asked?.query).toMatchObject({ scope: 'openid', code_challenge_method: 'S256' });
  });

  it('hides a token that a client puts into a path or a query of any name', async () => {
    const { body } = await signIn(sandbox, 'openid');
    await fetch(`${sandbox.flows.origin}/flows/${body.access_token}?hint=${body.refresh_token ?? ''}`);
    const entry = sandbox.log.at(-1);
    expect(entry?.path).toBe(`/flows/…${body.access_token.slice(-4)}`);
    expect(entry?.query['hint']).toBe(`…${body.refresh_token?.slice(-4) ?? ''}`);
  });
});

describe('waitForRequest', () => {
  it('finds a past request, or waits for the next one after an index', async () => {
    await fetch(`${sandbox.auth.origin}/jwk.json?first`);
    const isKeys = ({ path }: { path: string }) => path === '/jwk.json';
    expect(await sandbox.waitForRequest(isKeys)).toMatchObject({ host: 'auth', status: 200 });
    const next = sandbox.waitForRequest(isKeys, sandbox.log.length);
    await fetch(`${sandbox.auth.origin}/jwk.json?second=1`);
    expect((await next).query).toEqual({ second: '1' });
  });

  it('gives up when the sandbox closes', async () => {
    const own = await startSandbox();
    const waiting = own.waitForRequest(() => true);
    await own.close();
    await expect(waiting).rejects.toThrow('the sandbox closed');
  });
});
