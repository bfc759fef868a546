import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoginAnswer, ProblemDocument } from '../../../../main/broker/contract.ts';
import { build } from '../../../../scripts/build.mjs';
import { signingIn } from '../../../kills/strike.ts';
import { type House, SCOPES, SPARE_SCOPE } from '../../../support/agent-house.ts';
import { houseAt, type Place, type PlaceKind, PLACES } from '../../../support/house-at.ts';
import { until } from '../../../support/processes.ts';

/** Seconds of a sandbox's token. */
const LIFE = 172_800;
const [SCOPE] = SCOPES;

beforeAll(() => build({ only: ['headless'] }), 60_000);

let house: House;
let place: Place;
let close: () => Promise<void>;

/** Somebody is signed in, and has had a token. */
async function open(kind: PlaceKind): Promise<void> {
  ({ house, place, close } = await houseAt(kind));
  await arrive();
  expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
  expect((await house.token(SCOPE)).status).toBe(200);
}
afterEach(() => close());

async function arrive(): Promise<void> {
  await house.start();
  expect((await house.unlock())?.body).toMatchObject({ vault_state: 'ready' });
}

/**
 * Asks for a longer life than the token at hand has left, so that Globus is asked, and gives a new refresh token.
 * @param life seconds that the token at hand was given
 */
function renew(life = LIFE) {
  house.sandbox.clearFaults();
  house.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate' });
  house.sandbox.accessTokenSeconds = 2 * life;
  return house.token(SCOPE, life);
}

async function liveInVault(): Promise<string[]> {
  const stored = await house.stored();
  if (stored.kind !== 'stored') throw new Error(stored.why);
  const live = [...stored.tokens].filter(([, token]) => house.sandbox.ledger.isLive(token));
  return live.map(([name]) => name.split('/')[3] ?? '').sort();
}

describe.each(PLACES)('a full disk (%s)', (kind) => {
  beforeEach(() => open(kind), 60_000);

  it('[C22] keeps a renewed refresh token in memory, says so, spends no other, and saves it when there is room', async () => {
    await place.fill();
    const from = house.sandbox.ledger.lines.length;
    const first = await renew();
    // The audit log needs room too, where its last block has none left.
    const [status, words] =
      kind === 'disk' ? [503, /new refresh token .* kept in memory/s] : [500, /audit log cannot be written/];
    expect(first.status).toBe(status);
    expect(first.body['detail']).toMatch(words);
    expect(first.body['next']).toContain('Make room on the disk');
    expect((await house.say('GET', '/v1/status'))?.body).toMatchObject({ vault_state: 'denied' });
    expect((await renew()).status).toBe(status);
    expect(house.sandbox.ledger.lines.slice(from).map((line) => line.kind)).toEqual(['spent']);
    expect(await liveInVault()).not.toContain('flows.globus.org');

    await place.empty();
    await until('a vault with the new refresh token', async () =>
      (await liveInVault()).includes('flows.globus.org') ? true : undefined,
    );
    await house.kill();
    await arrive();
    expect((await house.token(SCOPE)).status).toBe(200);
  }, 60_000);

  it('[C22] saves it at the end if it can, and says what ends with the agent if not', async () => {
    await place.fill();
    await renew();
    await place.empty();
    expect(await house.stop()).toBe(0);
    expect(await liveInVault()).toContain('flows.globus.org');
    expect(house.said).not.toContain('could not be saved');

    await arrive();
    // Of all: a renewal of the start that is late would find the disk full, too.
    for (const scope of SCOPES) expect((await house.token(scope)).status).toBe(200);
    await place.fill();
    await renew(2 * LIFE);
    expect(await house.stop()).toBe(0);
    expect(house.said).toMatch(/1 renewed sign-in could not be saved and ends now.*globus-token login/);
  }, 60_000);
});

describe('a full disk', () => {
  beforeEach(() => open(PLACES[0] ?? 'limits'), 60_000);

  it('[C26] keeps nothing of a sign-in that it has no room for, revokes it, and takes the next one', async () => {
    const { ledger } = house.sandbox;
    const finish = await signingIn(house);
    await place.fill();
    const from = ledger.lines.length;
    expect(await finish()).toEqual({ kind: 'nothing' });
    const { phase, problem } = (await house.say('GET', '/v1/login'))?.body as LoginAnswer;
    expect(phase).toBe('failed');
    expect(problem?.next).toContain('Make room on the disk');
    const issued = ledger.lines.slice(from).flatMap((line) => (line.kind === 'issued' ? [line.refresh] : []));
    expect(issued).toHaveLength(3);
    expect(issued.filter((token) => ledger.isLive(token))).toEqual([]);
    // Those of before are as they were.
    expect(await liveInVault()).toHaveLength(3);

    await place.empty();
    expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
    expect((await house.token(SCOPE)).status).toBe(200);
  }, 60_000);

  it('[C23] [C55] claims no change of the settings and no finished sign-out', async () => {
    await place.fill();
    const kept = await house.say('POST', '/v1/scopes', { scope: SPARE_SCOPE });
    expect((kept?.body as ProblemDocument).detail).toContain('could not be kept');
    const out = await house.say('POST', '/v1/sign-out', { scope: SCOPE });
    expect(out).toMatchObject({ reason: 'vault-trouble', body: { trouble: 'denied' } });
    expect((out?.body as ProblemDocument).detail).toContain('Globus revoked the sign-in');

    await place.empty();
    expect((await house.say('POST', '/v1/sign-out', { scope: SCOPE }))?.status).toBe(200);
    expect((await house.say('POST', '/v1/scopes', { scope: SPARE_SCOPE }))?.status).toBe(200);
  }, 60_000);

  it('[C36] starts, hands out nothing that it cannot note, and does when there is room', async () => {
    await house.kill();
    await place.fill();
    await arrive();
    // What is left of the log's last block takes a few lines more.
    const refused = await until('an audit log without room', async () => {
      const heard = await house.token(SCOPE);
      return heard.status === 200 ? undefined : heard;
    });
    expect(refused.body['detail']).toContain('audit log cannot be written');
    await place.empty();
    expect((await house.token(SCOPE)).status).toBe(200);
    expect(await house.stop()).toBe(0);
  }, 60_000);
});
