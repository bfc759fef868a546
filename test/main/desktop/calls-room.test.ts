import { describe, expect, it } from 'vitest';
import { lazyCallsRoom } from '../../../main/desktop/calls-room.ts';
import { findRecipe } from '../../../main/snippets/recipes.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import { NOW, agentSnapshot } from '../../support/desktop.ts';

function setup() {
  const sent: { url: string; authorization: string | null }[] = [];
  const room = lazyCallsRoom({
    agent: {
      snapshot: () => agentSnapshot(),
      renew: () => Promise.resolve({ ok: true, value: null }),
      accessToken: () =>
        Promise.resolve({
          kind: 'token',
          token: { value: 'Agtoken', expiresAt: NOW + 1_000_000, receivedAt: NOW },
          grant: {
            name: 'production/c/1/flows.globus.org/g',
            environment: 'production',
            clientId: 'c',
            sub: '1',
            username: 'ada@x',
            displayName: '',
            resourceServer: 'flows.globus.org',
            scopes: [],
            grantedAt: NOW,
            lastUsedAt: NOW,
          },
        }),
    },
    fetch: (input, init) => {
      const url = input instanceof URL ? input.href : input;
      sent.push({ url, authorization: new Headers(init?.headers).get('authorization') });
      return Promise.resolve(Response.json({ flows: [], echo: 'Agtoken' }));
    },
    clock: new FakeClock(NOW),
    log: new RecordingLog(),
  });
  return { room, sent };
}

describe('lazyCallsRoom', () => {
  it('opens one room, and only when it is used', async () => {
    const { room } = setup();
    room.forgetOffers();
    const [first, second] = await Promise.all([room.open(), room.open()]);
    expect(first).toBe(second);
  });

  it('[C16] [C17] [C47] sends the token to the service alone, and hides it in the answer', async () => {
    const { room, sent } = setup();
    const recipe = findRecipe('list-flows');
    if (recipe === undefined) throw new Error('no recipe');
    const scope = agentSnapshot().scopes[0]?.entry.scope ?? '';
    const { calls } = await room.open();
    const outcome = await calls.run({ scope, recipe, values: {} });
    expect(outcome).toMatchObject({ kind: 'answer', status: 200 });
    expect(JSON.stringify(outcome)).not.toContain('Agtoken');
    expect(sent).toMatchObject([{ authorization: 'Bearer Agtoken' }]);
    expect(sent[0]?.url).toMatch(/^https:\/\/flows\.automate\.globus\.org\/flows\?/);
  });

  it('[C19] gives the window a name and words for an offer, which counts once and not after a sign-out', async () => {
    const { room } = setup();
    const { offer, offers } = await room.open();
    const kept = { offer: { kind: 'consent', scopes: ['openid'] } } as const;
    const shown = offer(kept);
    expect(shown.label).toBe('Allow openid');
    expect(shown.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(offers.take(shown.id)).toEqual(kept);
    expect(offers.take(shown.id)).toBeNull();
    const other = offer(kept);
    room.forgetOffers();
    expect(offers.take(other.id)).toBeNull();
  });
});
