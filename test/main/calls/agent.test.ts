import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCalls } from '../../../main/calls/calls.ts';
import { createFlowBook } from '../../../main/calls/flow-book.ts';
import type { FlowBookPorts } from '../../../main/calls/ports.ts';
import { demoEnvironment } from '../../../main/globus/environments.ts';
import { findRecipe } from '../../../main/snippets/recipes.ts';
import { HELLO_FLOW_ID } from '../../sandbox/flows/seed.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { realClock } from '../../support/agent-parts.ts';
import { sandboxAgent, type SandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const VIEW = scopeOf('view_flows');

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('test calls with the tokens of the real agent', () => {
  it('[C19] renews through the agent when the access token was revoked, and gets the answer', async () => {
    const { app, run, refreshes } = await signedIn();
    await revoke(await accessToken(app));
    const before = refreshes();
    expect(await run()).toMatchObject({ kind: 'answer', status: 200 });
    expect(refreshes() - before).toBe(1);
  });

  it('[C19] ends signed out, with the sign-in to offer, when the refresh token is dead too', async () => {
    const { app, run } = await signedIn();
    const [grant] = app.settings.get().grants.filter(({ scopes }) => scopes.includes(VIEW));
    const entry = await app.vault.read(grant?.name ?? '');
    if (entry.kind !== 'found') throw new Error('no entry');
    await revoke(await accessToken(app));
    await revoke(entry.entry.refreshToken);
    const from = sandbox.log.length;
    expect(await run()).toMatchObject({
      kind: 'problem',
      status: 401,
      problem: { reason: 'grant-ended' },
      offer: { kind: 'sign-in', scopes: [VIEW] },
    });
    expect(sandbox.log.slice(from).filter(({ host }) => host === 'flows')).toHaveLength(1);
  });

  it('[C19] renews once for many calls at the same time', async () => {
    const { app, run, refreshes } = await signedIn();
    await revoke(await accessToken(app));
    const before = refreshes();
    const outcomes = await Promise.all(Array.from({ length: 10 }, run));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(refreshes() - before).toBe(1);
  });

  it('sends nothing while the app is locked', async () => {
    const { app, run, book } = await signedIn();
    app.agent.setLocked(true);
    const from = sandbox.log.length;
    expect(await run()).toMatchObject({ status: null, problem: { reason: 'locked' }, offer: null });
    expect(await book.find(HELLO_FLOW_ID)).toMatchObject({ ok: false, problem: { reason: 'locked' } });
    expect(sandbox.log.slice(from)).toEqual([]);
  });

  it('[C16] leaves no token in the log, in any address, or in what it answers', async () => {
    const { app, run, book } = await signedIn();
    const told = [await run(), await book.find('Hello'), await book.add(HELLO_FLOW_ID), app.log.lines];
    const urls = sandbox.log.map(({ path, query }) => [path, query]);
    const shown = JSON.stringify([told, urls]);
    for (const secret of sandbox.issued) expect(shown).not.toContain(secret);
  });
});

async function signedIn() {
  const app = sandboxAgent(sandbox);
  const result = await app.agent.signIn({ scopes: [VIEW], way: 'browser' });
  expect(result.ok).toBe(true);
  const ports: FlowBookPorts = {
    fetch,
    clock: realClock,
    environment: demoEnvironment({ auth: sandbox.auth.port, flows: sandbox.flows.port }),
    log: app.log,
    token: (scope, minimumMs) => app.agent.accessToken(scope, minimumMs),
    renew: (scope) => app.agent.renew(scope),
    kept: () => [],
  };
  const calls = createCalls(ports);
  const recipe = findRecipe('list-flows');
  if (recipe === undefined) throw new Error('no recipe');
  return {
    app,
    book: createFlowBook(ports),
    run: () => calls.run({ scope: VIEW, recipe, values: {} }),
    refreshes: () => sandbox.log.filter(({ form }) => form?.['grant_type'] === 'refresh_token').length,
  };
}

async function accessToken(app: SandboxAgent): Promise<string> {
  const result = await app.agent.accessToken(VIEW, 0);
  if (result.kind !== 'token') throw new Error(result.kind);
  return result.token.value;
}

async function revoke(token: string): Promise<void> {
  const body = new URLSearchParams({ token, client_id: [...sandbox.clients][0] ?? '' });
  const answer = await fetch(`${sandbox.auth.origin}/v2/oauth2/token/revoke`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}
