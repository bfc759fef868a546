import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProblemDocument } from '../../../../main/broker/contract.ts';
import { build } from '../../../../scripts/build.mjs';
import { signingIn } from '../../../kills/strike.ts';
import { type House, SCOPES, SPARE_SCOPE } from '../../../support/agent-house.ts';
import { houseAt, type Place, PLACES } from '../../../support/house-at.ts';

const [SCOPE] = SCOPES;

beforeAll(() => build({ only: ['headless'] }), 60_000);

describe.each(PLACES)('a data folder that cannot be written (%s)', (kind) => {
  let house: House;
  let place: Place;
  let close: () => Promise<void>;

  beforeEach(async () => {
    ({ house, place, close } = await houseAt(kind));
    await house.start();
    await house.unlock();
    expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
    expect((await house.token(SCOPE)).status).toBe(200);
  }, 60_000);
  afterEach(() => close());

  it('[C22] [C55] goes on with what it has, changes nothing, says so, and recovers by itself', async () => {
    await place.readOnly();
    expect((await house.token(SCOPE)).status).toBe(200);
    const kept = await house.say('POST', '/v1/scopes', { scope: SPARE_SCOPE });
    expect((kept?.body as ProblemDocument).next).toContain('data folder writable');
    house.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate' });
    house.sandbox.accessTokenSeconds *= 2;
    const life = house.sandbox.accessTokenSeconds / 2;
    const renewed = await house.token(SCOPE, life);
    expect(renewed).toMatchObject({ status: 503, body: { reason: 'vault-trouble', trouble: 'denied' } });
    expect(renewed.body['detail']).toContain('It is kept in memory');

    await place.writable();
    expect((await house.token(SCOPE, life)).status).toBe(200);
    expect((await house.say('POST', '/v1/scopes', { scope: SPARE_SCOPE }))?.status).toBe(200);
    expect((await house.say('GET', '/v1/status'))?.body).toMatchObject({ vault_state: 'ready' });
    await house.kill();
    await house.start();
    await house.unlock();
    expect((await house.token(SCOPE)).status).toBe(200);
  }, 60_000);

  it('is refused at the start, with its name and the next step, and loses nothing', async () => {
    expect(await house.stop()).toBe(0);
    await place.readOnly();
    await house.start().catch(() => undefined);
    if (kind === 'disk') {
      expect(await house.ended()).toBe(2);
      expect(house.said).toContain(`the data folder ${house.data} cannot be written (EROFS)`);
      expect(house.said).toContain('Make it writable, then start again.');
    } else {
      // Its files are there already, and a mode of the folder is no obstacle to writing them.
      await house.unlock();
      expect((await house.token(SCOPE)).status).toBe(200);
      await house.stop();
    }
    await place.writable();
    await house.start();
    await house.unlock();
    expect((await house.token(SCOPE)).status).toBe(200);
  }, 60_000);
});
