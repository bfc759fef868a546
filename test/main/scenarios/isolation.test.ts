import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTokenSource } from '../../../main/broker/token-source.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { PASS_FLOW_ID } from '../../sandbox/flows/seed.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { LoggedRequest, Sandbox } from '../../sandbox/types.ts';
import { ask, brokerRig } from '../../support/broker-rig.ts';
import { sandboxAgent, type SandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

// Seven sign-ins in a row on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const SCOPES = [...FLOWS_SCOPES.map(({ scope }) => scope), flowScope(PASS_FLOW_ID)];

let sandbox: Sandbox;
let parts: SandboxAgent;
beforeEach(async () => {
  sandbox = await startSandbox();
  const settings = new MemorySettingsStore({ clientId: DEMO_CLIENT_ID, scopeEntries: SCOPES });
  parts = sandboxAgent(sandbox, { settings });
});
afterEach(async () => {
  parts.agent.close();
  await sandbox.close();
});

function isolate(scopes: readonly string[] = SCOPES): Promise<unknown> {
  return parts.agent.signIn({ scopes, way: 'browser', isolate: true });
}

/** What the browser asked of the fake Globus. */
function authorizations(): LoggedRequest[] {
  return sandbox.log.filter(({ host, path }) => host === 'auth' && path === '/v2/oauth2/authorize');
}

function refreshes(): LoggedRequest[] {
  return sandbox.log.filter(({ form }) => form?.['grant_type'] === 'refresh_token');
}

async function held(scope: string): Promise<{ value: string; scopes: readonly string[]; grant: string }> {
  const result = await parts.agent.accessToken(scope, 60_000);
  if (result.kind !== 'token') throw new Error(`no token: ${result.kind}`);
  return { value: result.token.value, scopes: result.grant.scopes, grant: result.grant.name };
}

/** The first page of flows or runs with this token: is it good for that list? */
async function statusOf(token: string, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(sandbox.flows.origin + path, { headers })).status;
}

describe('isolated scopes', () => {
  it('[C15] are asked for one by one, each beside openid alone, in one trip to the browser', async () => {
    expect(await isolate()).toEqual({ ok: true, value: null });
    expect(parts.opened).toHaveLength(1);
    const asked = authorizations().map(({ query }) => new Set(query['scope']?.split(' ')));
    expect(asked).toEqual(SCOPES.map((scope) => new Set([scope, 'openid'])));
  });

  it('[C8] share neither PKCE challenge nor redirect with each other', async () => {
    await isolate();
    const all = authorizations().map(({ query }) => query);
    for (const name of ['code_challenge', 'redirect_uri', 'state', 'nonce']) {
      expect(new Set(all.map((query) => query[name])).size, name).toBe(SCOPES.length);
    }
    expect(all.every((query) => query['code_challenge_method'] === 'S256')).toBe(true);
  });

  it('[C15] have a token each that carries nothing else', async () => {
    await isolate();
    const tokens = [];
    for (const scope of SCOPES) {
      const { value, scopes } = await held(scope);
      expect(scopes).toEqual([scope]);
      tokens.push(value);
    }
    expect(new Set(tokens).size).toBe(SCOPES.length);
    const viewFlows = (await held(scopeOf('view_flows'))).value;
    expect([await statusOf(viewFlows, '/flows'), await statusOf(viewFlows, '/runs')]).toEqual([200, 403]);
    expect(parts.agent.snapshot().scopes.map(({ isolated, others }) => [isolated, others])).toEqual(
      SCOPES.map(() => [true, []]),
    );
  });

  it('[C15] stay small through a renewal', async () => {
    await isolate();
    const scope = scopeOf('view_flows');
    const before = await held(scope);
    const count = refreshes().length;
    expect(await parts.agent.renew(scope)).toEqual({ ok: true, value: null });
    const after = await held(scope);
    expect(refreshes()).toHaveLength(count + 1);
    expect(after.value).not.toBe(before.value);
    expect([after.grant, after.scopes]).toEqual([before.grant, [scope]]);
    expect(await statusOf(after.value, '/runs')).toBe(403);
  });

  it('[C15] stay beside a wider sign-in that comes before or after them', async () => {
    const scopes = FLOWS_SCOPES.map(({ scope }) => scope);
    const [viewFlows, runStatus] = [scopeOf('view_flows'), scopeOf('run_status')];
    await parts.agent.signIn({ scopes, way: 'browser' });
    await isolate([viewFlows]);
    const first = await held(viewFlows);
    expect(first.scopes).toEqual([viewFlows]);
    expect(new Set((await held(runStatus)).scopes)).toEqual(new Set(scopes));

    await parts.agent.signIn({ scopes, way: 'browser' });
    expect((await held(viewFlows)).grant).toBe(first.grant);
    expect(await statusOf((await held(viewFlows)).value, '/runs')).toBe(403);
    expect(await statusOf((await held(runStatus)).value, '/runs')).toBe(200);
  });

  it('[C15] are what scripts get from the broker', async () => {
    const scopes = FLOWS_SCOPES.map(({ scope }) => scope);
    await parts.agent.signIn({ scopes, way: 'browser' });
    await isolate([scopeOf('view_flows')]);
    const broker = await brokerRig({ tokens: createTokenSource(parts.agent, Date.now) });
    const get = async (scope: string) => {
      const { body } = await ask(broker.path, `/v1/token?scope=${scope}`, { host: 'localhost' });
      return JSON.parse(body) as { access_token: string; scopes: string[] };
    };
    const [small, wide] = [await get('view_flows'), await get('run_status')];
    await broker.close();
    expect(small.scopes).toEqual([scopeOf('view_flows')]);
    expect(new Set(wide.scopes)).toEqual(new Set(scopes));
    expect(await statusOf(small.access_token, '/runs')).toBe(403);
  });
});
