import { expect, it } from 'vitest';
import { ROUTES } from '../../../main/broker/contract-routes.ts';
import { makeCase } from '../../fuzz/make.ts';
import { BATCH, runFuzz } from '../../fuzz/run.ts';
import { brokerRig, CANARY } from '../../support/broker-rig.ts';

/** `npm run fuzz` plays 200,000, with a new seed each time. */
const SEED = 20_261_124;
const REQUESTS = 12 * BATCH;

it('[C32] [C33] [C35] [C36] fuzzed on both sockets: no crash, no refresh token, no token without an approval and a line in the log', async () => {
  const { played, violations, answers } = await runFuzz({ requests: REQUESTS, seed: SEED, only: null });
  expect(violations).toEqual([]);
  expect(played).toBe(REQUESTS);
  // The walls were really leaned on: tokens left on both sockets in every form, and every kind of no was said.
  const count = (what: string) => answers.get(what) ?? 0;
  for (const what of ['broker 200 TokenAnswer', 'broker 200 header line', 'broker 200 bare token']) {
    expect([what, count(what) > 10]).toEqual([what, true]);
  }
  for (const what of ['oidc token', 'oidc sealed token'])
    expect([what, count(what) > 10]).toEqual([what, true]);
  for (const what of [
    ...['400 bad-request', '403 denied', '403 denied-by-rule', '403 foreign-origin', '404 unknown-scope'],
    ...['403 outside-forward', '403 needs-terminal', '200 LoginAnswer', '200 list of FlowAnswer'],
    ...['401 needs-sign-in', '409 expires-too-soon', '423 locked', '429 cooling-down', '503 unreachable'],
  ]) {
    expect([what, count(`broker ${what}`) > 0]).toEqual([what, true]);
  }
}, 60_000);

it('makes the same request for the same seed and index, and others for others', () => {
  const text = (seed: number, index: number) => JSON.stringify(makeCase(seed, index, null));
  const texts = Array.from({ length: 200 }, (_, index) => text(SEED, index));
  expect(texts).toEqual(texts.map((_, index) => text(SEED, index)));
  // The shortest ones (`check`) come again.
  expect(new Set([...texts, ...texts.map((_, index) => text(SEED + 1, index))]).size).toBeGreaterThan(350);
});

it('[C32] no method of any route answers with the refresh token that its source holds', async () => {
  const rig = await brokerRig();
  for (const { path } of ROUTES) {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'PATCH', 'OPTIONS']) {
      rig.state.locked = false;
      for (const accept of ['application/json', 'text/plain']) {
        const reply = await rig.get(`${path}?scope=view_flows&id=r&interactive=1`, { accept }, method);
        expect(JSON.stringify(reply)).not.toContain(CANARY);
      }
    }
  }
  await rig.close();
});
