import { afterAll, beforeAll, expect, it } from 'vitest';
import { FLOWS_PREFIX, refresh, signIn, tokenOf, type TokenBody } from '../../support/native-app.ts';
import { startSandbox } from '../index.ts';
import type { Sandbox } from '../types.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

it('knows of every refresh token what became of it', async () => {
  const { ledger } = sandbox;
  const { byServer } = await signIn(sandbox, `openid ${FLOWS_PREFIX}view_flows`);
  const first = tokenOf(byServer, 'flows.globus.org');
  const one = first.refresh_token ?? '';
  expect(ledger.isLive(one)).toBe(true);
  expect(ledger.resourceServer(one)).toBe('flows.globus.org');
  expect(ledger.behind(first.access_token)).toBe(one);

  sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate', times: 1 });
  const second = (await (await refresh(sandbox, first)).json()) as TokenBody;
  const other = second.refresh_token ?? '';
  expect([ledger.isLive(one), ledger.isLive(other)]).toEqual([false, true]);
  expect(ledger.successor(one)).toBe(other);
  expect(ledger.behind(second.access_token)).toBe(other);
  expect(ledger.resourceServer(other)).toBe('flows.globus.org');

  await refresh(sandbox, first);
  expect(ledger.lines.slice(-2)).toEqual([
    { kind: 'spent', sent: one, refresh: other, access: second.access_token },
    { kind: 'refused', sent: one },
  ]);
});
