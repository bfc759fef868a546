import { describe, expect, it } from 'vitest';
import { OAuthFailure } from '../../../main/oauth/failure.ts';
import type { IssuedToken } from '../../../main/oauth/token-response.ts';
import type { GrantRecord } from '../../../main/settings/types.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { AccessTokens } from '../../../main/tokens/access-tokens.ts';
import { Grants } from '../../../main/tokens/grants.ts';
import { Renewal } from '../../../main/tokens/renewal.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import { FlakyVault } from '../../support/flaky-vault.ts';

const CLIENT = '9c5b5e5e-2f0a-4d1c-9e7d-0d1e2f3a4b5c';
const SCOPE = 'https://auth.globus.org/scopes/x/view_flows';

interface Setup {
  refresh: (token: string) => Promise<IssuedToken>;
}

async function setup({ refresh }: Setup) {
  const clock = new FakeClock(1_000_000);
  const vault = new FlakyVault();
  const settings = new MemorySettingsStore({ clientId: CLIENT });
  const log = new RecordingLog();
  const grants = new Grants(settings, vault, 'demo', log);
  const access = new AccessTokens();
  const spent: string[] = [];
  const renewal = new Renewal({
    grants,
    access,
    clock,
    log,
    announce: () => undefined,
    refresh: (grant) => {
      spent.push(grant.refreshToken);
      return refresh(grant.refreshToken);
    },
  });
  const record: GrantRecord = {
    name: grants.newName(CLIENT, 'sub', 'flows.globus.org'),
    environment: 'demo',
    clientId: CLIENT,
    sub: 'sub',
    username: 'ada@example.org',
    displayName: 'Ada',
    resourceServer: 'flows.globus.org',
    scopes: [SCOPE],
    grantedAt: 0,
    lastUsedAt: 0,
  };
  await grants.add(record, { refreshToken: 'r1', scopes: [SCOPE] });
  vault.calls.length = 0;
  return { clock, vault, settings, grants, access, renewal, record, spent, log };
}

function issued(refreshToken: string | null, accessToken = 'a1'): IssuedToken {
  return {
    resourceServer: 'flows.globus.org',
    accessToken,
    refreshToken,
    scopes: [SCOPE],
    receivedAt: 1_000_000,
    expiresAt: 1_000_000 + 3_600_000,
  };
}

const invalidGrant = () => Promise.reject(new OAuthFailure('invalid_grant', 'no', { status: 401 }));

describe('renewal', () => {
  it('[C20] makes one request for 50 callers at once, and gives all of them the token', async () => {
    let answer: (token: IssuedToken) => void = () => undefined;
    const { renewal, record, spent } = await setup({
      refresh: () => new Promise((resolve) => (answer = resolve)),
    });
    const flights = Array.from({ length: 50 }, () => renewal.renew(record));
    expect(renewal.underWay(record.name)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    answer(issued('r1'));
    const results = await Promise.all(flights);
    expect(spent).toEqual(['r1']);
    expect(results.every((one) => one.kind === 'renewed' && one.token.value === 'a1')).toBe(true);
    expect(renewal.underWay(record.name)).toBe(false);
  });

  it('[C22] stores a rotated refresh token before the access token can be had', async () => {
    const s = await setup({ refresh: () => Promise.resolve(issued('r2')) });
    let heldAtWrite: unknown = 'never written';
    s.vault.onWrite = () => {
      heldAtWrite = s.access.get(s.record.name);
    };
    await s.renewal.renew(s.record);
    expect(heldAtWrite).toBeUndefined();
    expect(s.access.get(s.record.name)?.value).toBe('a1');
    expect(await s.vault.read(s.record.name)).toMatchObject({ entry: { refreshToken: 'r2' } });
  });

  it('[C22] keeps a rotated refresh token in memory while the keychain is locked, and stores it later', async () => {
    let next = 1;
    const s = await setup({ refresh: () => Promise.resolve(issued(`r${(next += 1)}`)) });
    s.vault.writeTrouble = 'locked';
    expect(await s.renewal.renew(s.record)).toEqual({ kind: 'vault', trouble: 'locked', unsaved: true });
    expect(s.access.get(s.record.name)).toBeUndefined();
    s.vault.writeTrouble = null;
    expect((await s.renewal.renew(s.record)).kind).toBe('renewed');
    expect(s.spent).toEqual(['r1', 'r2']);
    expect(await s.vault.read(s.record.name)).toMatchObject({ entry: { refreshToken: 'r3' } });
  });

  it('writes nothing to the vault when the refresh token comes back unchanged or not at all', async () => {
    for (const token of ['r1', null]) {
      const s = await setup({ refresh: () => Promise.resolve(issued(token)) });
      expect((await s.renewal.renew(s.record)).kind).toBe('renewed');
      expect(s.vault.calls).toEqual(['read']);
    }
  });

  it('[C21] reads the vault again on invalid_grant and uses a newer token found there', async () => {
    const s = await setup({
      refresh: async (token) => {
        if (token !== 'r1') return issued(token);
        await s.vault.write(s.record.name, { refreshToken: 'r-by-somebody-else', scopes: [SCOPE] });
        return invalidGrant();
      },
    });
    expect((await s.renewal.renew(s.record)).kind).toBe('renewed');
    expect(s.spent).toEqual(['r1', 'r-by-somebody-else']);
    expect(s.settings.get().grants).toHaveLength(1);
  });

  it('removes the grant only on a definite invalid_grant', async () => {
    const s = await setup({ refresh: invalidGrant });
    expect(await s.renewal.renew(s.record)).toEqual({ kind: 'ended', by: 'server' });
    expect(s.settings.get().grants).toEqual([]);
    expect(await s.vault.read(s.record.name)).toEqual({ kind: 'absent' });
  });

  it.each([
    new OAuthFailure('network', 'gone'),
    new OAuthFailure('unavailable', '502', { status: 502 }),
    new OAuthFailure('untrusted', 'odd'),
    new OAuthFailure('refused', 'invalid_client', { status: 401, code: 'invalid_client' }),
    new TypeError('something else broke'),
  ])('[C22] keeps the grant after %s', async (error) => {
    const s = await setup({ refresh: () => Promise.reject(error) });
    expect(['unreachable', 'refused']).toContain((await s.renewal.renew(s.record)).kind);
    expect(s.settings.get().grants).toHaveLength(1);
    expect(await s.vault.read(s.record.name)).toMatchObject({ entry: { refreshToken: 'r1' } });
  });

  it.each(['locked', 'missing', 'denied', 'slow'] as const)(
    '[C22] [C27] spends nothing and loses nothing while the vault is %s',
    async (trouble) => {
      const s = await setup({ refresh: () => Promise.resolve(issued('r1')) });
      s.vault.trouble = trouble;
      expect(await s.renewal.renew(s.record)).toEqual({ kind: 'vault', trouble });
      expect(s.spent).toEqual([]);
      expect(s.settings.get().grants).toHaveLength(1);
    },
  );

  it('[C27] keeps the grant when the vault locks between invalid_grant and the second look', async () => {
    const s = await setup({
      refresh: () => {
        s.vault.trouble = 'locked';
        return invalidGrant();
      },
    });
    expect(await s.renewal.renew(s.record)).toEqual({ kind: 'vault', trouble: 'locked' });
    expect(s.settings.get().grants).toHaveLength(1);
  });

  it('goes on when the settings file cannot be written: the index is stale, the token is not lost', async () => {
    const s = await setup({ refresh: () => Promise.resolve(issued('r1')) });
    s.settings.update = () => {
      throw new Error('read-only');
    };
    expect((await s.renewal.renew(s.record)).kind).toBe('renewed');
    expect(s.access.get(s.record.name)?.value).toBe('a1');
  });
});
