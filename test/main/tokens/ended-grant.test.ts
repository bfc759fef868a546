import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTokenSource } from '../../../main/broker/token-source.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { ALL_SCOPES, type SandboxAgent, sandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const VIEW = scopeOf('view_flows');
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** The server ends a grant, and the agent starts anew, so that it has no access token of it. */
async function ended({ agent, settings, vault }: SandboxAgent, name: string): Promise<SandboxAgent> {
  const read = await vault.read(name);
  if (read.kind !== 'found') throw new Error('the grant is not stored');
  const [client = ''] = sandbox.clients;
  await fetch(`${sandbox.auth.origin}/v2/oauth2/token/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: read.entry.refreshToken, client_id: client }),
  });
  agent.close();
  return sandboxAgent(sandbox, { settings, vault });
}

it('a grant that ended gives way to the one behind it, in the same answer', async () => {
  const made = sandboxAgent(sandbox);
  expect((await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' })).ok).toBe(true);
  expect((await made.agent.signIn({ scopes: [VIEW], way: 'browser' })).ok).toBe(true);
  const covering = made.settings.get().grants.filter(({ scopes }) => scopes.includes(VIEW));
  const [narrow, wide] = covering.toSorted((one, other) => one.scopes.length - other.scopes.length);
  const next = await ended(made, narrow?.name ?? '');
  const result = await next.agent.accessToken(VIEW, 0);
  expect(result).toMatchObject({ kind: 'token', grant: { name: wide?.name } });
  expect(next.settings.get().grants.map(({ name }) => name)).not.toContain(narrow?.name);

  // The last of the account: the answer is about the sign-in, not about an account that nobody named.
  const last = await ended(next, wide?.name ?? '');
  const source = createTokenSource(last.agent, Date.now);
  expect(await source.token(VIEW, 0, last.agent.snapshot().account?.sub ?? '')).toMatchObject({
    reason: 'needs-sign-in',
    detail: 'Globus ended the sign-in that covers this scope.',
  });
  last.agent.close();
});
