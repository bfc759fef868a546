import { ServerResponse } from 'node:http';
import { queryObjects } from 'node:v8';
import { afterEach, expect, it } from 'vitest';
import type { Leaving } from '../../../main/broker/departure.ts';
import type { Verdict } from '../../../main/broker/types.ts';
import { type BrokerRig, brokerRig } from '../../support/broker-rig.ts';
import { until } from '../../support/processes.ts';

const GET = 'GET /v1/token?scope=view_flows HTTP/1.1\r\nHost: localhost\r\n\r\n';
let rig: BrokerRig;
afterEach(() => rig.close());

/** A question that nobody answers before its client is gone. */
const refusedOnceGone = (leaving: Leaving) =>
  new Promise<Verdict>((resolve) => {
    const gone = () => resolve({ kind: 'refused', reason: 'no-answer', by: 'no-answer' });
    if (leaving.aborted) gone();
    else leaving.addEventListener('abort', gone, { once: true });
  });
const happens = (what: string, holds: () => boolean) =>
  until(what, () => Promise.resolve(holds() || undefined), 4_000);

it('[C33] keeps nothing of pipelined requests whose client left before their turn', async () => {
  rig = await brokerRig();
  rig.state.decide = (_question, leaving) => refusedOnceGone(leaving);
  for (let clients = 1; clients <= 20; clients++) {
    const client = await rig.raw();
    client.write(GET.repeat(8));
    await happens('the question', () => rig.questions.length === clients);
    client.socket.destroy();
    await happens('the end', () => rig.broker.connections === 0);
  }
  // After a collection; a few of the last connection may be on their way out.
  expect(queryObjects(ServerResponse, { format: 'count' })).toBeLessThan(20);
});

it('tells the client that waits ahead of others that the drained broker ends its connection', async () => {
  rig = await brokerRig();
  let decide: (verdict: Verdict) => void = () => undefined;
  rig.state.decide = () => new Promise((resolve) => (decide = resolve));
  const client = await rig.raw();
  client.write(GET.repeat(2));
  await happens('the question', () => rig.questions.length === 1);
  const drained = rig.broker.drain();
  decide({ kind: 'allowed', by: 'prompt' });
  expect(await client.closed).toMatch(/connection: close/i);
  await drained;
  expect(rig.broker.connections).toBe(0);
});
