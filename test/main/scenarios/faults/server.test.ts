import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { build } from '../../../../scripts/build.mjs';
import { signingIn } from '../../../kills/strike.ts';
import type { Fault } from '../../../sandbox/types.ts';
import { House, SCOPES } from '../../../support/agent-house.ts';

const [SCOPE] = SCOPES;
let house: House;
let life = 172_800;

beforeAll(async () => {
  await build({ only: ['headless'] });
  house = await House.open('passphrase');
  await house.start();
  await house.unlock();
  expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
  expect((await house.token(SCOPE)).status).toBe(200);
}, 60_000);
afterEach(() => house.sandbox.clearFaults());
afterAll(() => house.close());

it.each<[string, Partial<Fault> & Pick<Fault, 'kind'>]>([
  ['429', { kind: 'status', status: 429 }],
  ['429 with Retry-After', { kind: 'status', status: 429, retryAfter: 600 }],
  ['500', { kind: 'status', status: 500 }],
  ['502', { kind: 'status', status: 502 }],
  ['a cut off answer', { kind: 'cut' }],
  ['broken JSON', { kind: 'broken_json' }],
])(
  '[C22] [C53] %s from the token endpoint is told as unreachable, and the next good answer recovers',
  async (_what, fault) => {
    // Where the server had done its work, a new refresh token would be lost on the way: it gives none (GLOBUS.md §2.3).
    house.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', ...fault });
    house.sandbox.accessTokenSeconds = 2 * life;
    const refused = await house.token(SCOPE, life);
    expect(refused).toMatchObject({ status: 503, body: { reason: 'unreachable' } });
    expect(refused.body['detail']).toContain('the sign-in is kept');
    // The one at hand is as good as before.
    expect((await house.token(SCOPE)).status).toBe(200);
    house.sandbox.clearFaults();
    // A person who asks is not made to wait for the pause that the agent keeps by itself.
    expect((await house.token(SCOPE, life)).status).toBe(200);
    life *= 2;
  },
);
