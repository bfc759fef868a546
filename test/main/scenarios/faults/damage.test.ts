import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { build } from '../../../../scripts/build.mjs';
import { signingIn } from '../../../kills/strike.ts';
import { House, PASSPHRASE, SCOPES } from '../../../support/agent-house.ts';

const [SCOPE] = SCOPES;
let house: House;

beforeAll(() => build({ only: ['headless'] }), 60_000);
beforeEach(async () => {
  house = await House.open('passphrase');
  await house.start();
  await house.unlock();
  expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
  expect(await house.stop()).toBe(0);
}, 60_000);
afterEach(() => house.close());

it('[C55] an agent that starts on broken settings says where they are, and still has every sign-in', async () => {
  await writeFile(join(house.data, 'settings.json'), '{"version": 3, "clientId": "9c5b');
  await house.start();
  expect(house.said).toContain('the settings file was set aside: it was not valid JSON');
  await house.unlock();
  expect((await house.token(SCOPE)).status).toBe(200);
  expect((await readdir(house.data)).filter((name) => name.startsWith('settings.corrupt-'))).toHaveLength(1);
}, 60_000);

it('[C27] an agent that starts on a vault that is cut short says so, changes nothing, and takes the whole one back', async () => {
  const path = join(house.data, 'vault.bin');
  const whole = await readFile(path);
  const cut = whole.subarray(0, whole.length - 40);
  await writeFile(path, cut);
  await house.start();
  const unlocked = await house.say('POST', '/v1/unlock', { passphrase: PASSPHRASE });
  expect(unlocked).toMatchObject({ reason: 'vault-trouble', body: { trouble: 'truncated' } });
  expect(await house.token(SCOPE)).toMatchObject({ body: { reason: 'vault-trouble', trouble: 'truncated' } });
  expect(await readFile(path)).toEqual(cut);
  await writeFile(path, whole);
  expect((await house.unlock())?.body).toMatchObject({ vault_state: 'ready', account: 'ada@uni.example' });
  expect((await house.token(SCOPE)).status).toBe(200);
}, 60_000);
