import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgent } from '../../../main/agent.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';
import { realClock, RecordingLog } from '../../support/agent-parts.ts';
import { type OtherProvider, startOtherProvider } from '../../support/other-provider.ts';

let provider: OtherProvider;
beforeAll(async () => {
  provider = await startOtherProvider();
});
afterAll(() => provider.close());

function agentFor(vault = new MemoryVault()) {
  const settings = new MemorySettingsStore({ clientId: provider.clientId });
  const agent = createAgent({
    clock: realClock,
    random: () => 0.5,
    fetch,
    vault,
    settings,
    log: new RecordingLog(),
    hostname: 'test-host',
    environment: provider.environment,
    openBrowser: async (url) => {
      const redirect = await provider.visit(url);
      await (await fetch(redirect)).text();
    },
  });
  return { agent, settings, vault };
}

describe('against oidc-provider, an authorization server that we did not write', () => {
  it('signs in with PKCE, state, nonce, iss and a verified id token', async () => {
    const { agent, settings } = agentFor();
    expect(await agent.signIn({ scopes: [], way: 'browser' })).toEqual({ ok: true, value: null });
    expect(agent.snapshot().account?.sub).toBe('ada');
    expect(settings.get().grants).toHaveLength(1);
    agent.close();
  });

  it('spends a rotating refresh token once, and stores its successor before anything else', async () => {
    const { agent, settings, vault } = agentFor();
    await agent.signIn({ scopes: [], way: 'browser' });
    const name = settings.get().grants[0]?.name ?? '';
    const before = await vault.read(name);
    expect(await agent.renew('openid')).toEqual({ ok: true, value: null });
    const after = await vault.read(name);
    expect(after.kind).toBe('found');
    expect(after).not.toEqual(before);
    expect(await agent.renew('openid')).toEqual({ ok: true, value: null });
    expect(provider.tokenCalls.slice(-3)).toEqual(['authorization_code', 'refresh_token', 'refresh_token']);
    agent.close();
  });

  it('signs out: the server no longer takes the refresh token', async () => {
    const { agent, settings, vault } = agentFor();
    await agent.signIn({ scopes: [], way: 'browser' });
    const name = settings.get().grants[0]?.name ?? '';
    const read = await vault.read(name);
    expect(await agent.signOut()).toEqual({ ok: true, value: null });
    expect(settings.get().grants).toEqual([]);
    const answer = await fetch(`${provider.environment.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: provider.clientId,
        refresh_token: read.kind === 'found' ? read.entry.refreshToken : '',
      }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
    agent.close();
  });
});
