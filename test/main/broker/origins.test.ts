import { afterEach, expect, it } from 'vitest';
import type { TokenAnswer } from '../../../main/broker/contract.ts';
import { demoEnvironment, PRODUCTION } from '../../../main/globus/environments.ts';
import { originsOfScope } from '../../../main/globus/origins.ts';
import { type BrokerRig, brokerRig } from '../../support/broker-rig.ts';

let rig: BrokerRig;
afterEach(() => rig.close());

async function originsWith(options: Parameters<typeof brokerRig>[0]): Promise<string[]> {
  rig = await brokerRig(options);
  return (JSON.parse((await rig.get('/v1/token?scope=view_flows')).body) as TokenAnswer).origins;
}

it('names the origins that the token may be sent to, the usual one first [C17]', async () => {
  expect(await originsWith({ origins: (scope) => originsOfScope(PRODUCTION, scope) })).toEqual([
    'https://flows.automate.globus.org',
    'https://flows.globus.org',
  ]);
});

it('names the loopback port of the demo', async () => {
  const demo = demoEnvironment({ auth: 8_001, flows: 8_002 });
  expect(await originsWith({ origins: (scope) => originsOfScope(demo, scope) })).toEqual([
    'http://127.0.0.1:8002',
  ]);
});

it('names none where none is known', async () => {
  expect(await originsWith({})).toEqual([]);
});
