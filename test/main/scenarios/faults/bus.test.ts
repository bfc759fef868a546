import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { build } from '../../../../scripts/build.mjs';
import { signingIn } from '../../../kills/strike.ts';
import { House, SCOPES } from '../../../support/agent-house.ts';
import type { KeyringSession } from '../../../support/keyring-session.ts';
import { until } from '../../../support/processes.ts';

const [SCOPE] = SCOPES;
const TOKEN = '/v2/oauth2/token';
let house: House;
let keyring: KeyringSession;

beforeAll(() => build({ only: ['headless'] }), 60_000);
beforeEach(async () => {
  house = await House.open('keychain');
  if (house.keyring === null) throw new Error('no keyring');
  keyring = house.keyring;
  await house.start();
  expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
}, 60_000);
afterEach(() => house.close());

/** Asks for more than the token at hand has left; Globus gives a new refresh token with the answer. */
async function renew(): Promise<Record<string, unknown>> {
  house.sandbox.addFault({ host: 'auth', path: TOKEN, kind: 'rotate' });
  const life = 172_800;
  house.sandbox.accessTokenSeconds = 2 * life;
  const { status, body } = await house.token(SCOPE, life);
  return { status, ...body };
}

const state = async () => ((await house.say('GET', '/v1/status'))?.body ?? {}) as Record<string, unknown>;

it('[C27] a session bus that ends leaves the agent, its tokens and its sign-ins; a new bus is found without a restart', async () => {
  await keyring.killBus();
  expect((await house.token(SCOPE)).status).toBe(200);
  expect(await renew()).toMatchObject({ status: 503, reason: 'vault-trouble', trouble: 'bus' });
  expect(await state()).toMatchObject({
    vault_state: 'missing',
    vault_absence: 'bus',
    account: 'ada@uni.example',
  });
  await keyring.restartBus();
  await keyring.start();
  expect(await renew()).toMatchObject({ status: 200 });
  // It is looked at again after the renewal, which does not wait for that.
  await expect.poll(state).toMatchObject({ vault_state: 'ready' });
}, 60_000);

it.each([
  ['the bus ends', 'bus', () => keyring.killBus(), () => keyring.restartBus().then(() => keyring.start())],
  ['the keyring dies', 'service', () => keyring.kill(), () => keyring.start()],
  ['the keyring is locked', 'locked', () => keyring.lock(), () => keyring.unlock()],
] as const)(
  '[C22] [C27] %s while Globus answers: the new refresh token waits in memory and is saved later',
  async (_what, trouble, breaks, mends) => {
    house.sandbox.addFault({ host: 'auth', path: TOKEN, kind: 'slow', milliseconds: 300 });
    const { ledger } = house.sandbox;
    const from = ledger.lines.length;
    const logged = house.sandbox.log.length;
    const asked = renew();
    await house.sandbox.waitForRequest(({ path }) => path === TOKEN, logged);
    await breaks();
    const told = await asked;
    expect(told).toMatchObject({ status: 503, trouble });
    expect(told['detail']).toContain('kept in memory');
    expect(ledger.lines.slice(from).map(({ kind }) => kind)).toEqual(['spent']);
    await mends();
    house.sandbox.clearFaults();
    await until('a keyring with the new refresh token', async () => {
      const stored = await house.stored();
      if (stored.kind !== 'stored') throw new Error(stored.why);
      const live = [...stored.tokens.values()].filter((token) => ledger.isLive(token));
      return live.length === 3 ? true : undefined;
    });
    await house.kill();
    await house.start();
    expect((await house.token(SCOPE)).status).toBe(200);
  },
  60_000,
);
