import { expect, test } from 'vitest';
import { AddScopes } from '../../renderer/add-scopes.svelte.ts';
import { FLOW_CHOICES, PROBLEM, SCOPE_CHOICES } from '../support/fake-bridge.ts';
import { started } from './hands.ts';

async function opened() {
  const parts = await started();
  const names = () => parts.bridge.asked.map(([name]) => name).filter((name) => name !== 'state.get');
  return { ...parts, names, add: new AddScopes(parts.store) };
}

test('typing searches the catalog once, after a pause; a late answer to older words does not count', async () => {
  const { add, bridge, clock } = await opened();
  const finish: ((answer: unknown) => void)[] = [];
  bridge.replies['scope.search'] = () => new Promise((resolve) => finish.push(resolve));
  add.type('t');
  add.type('tr');
  clock.pass(1_000);
  expect(bridge.asked.at(-1)).toEqual(['scope.search', { query: 'tr' }]);
  add.type('transfer');
  clock.pass(1_000);
  expect(finish).toHaveLength(2);
  finish[1]?.({ ok: true, value: SCOPE_CHOICES });
  await expect.poll(() => add.scopes).toEqual(SCOPE_CHOICES);
  finish[0]?.({ ok: true, value: [] });
  await new Promise((resolve) => setImmediate(resolve));
  expect(add.scopes).toEqual(SCOPE_CHOICES);
});

test.each([
  ['view_flows', false],
  ['urn:globus:auth:scope:transfer.api.globus.org:all', true],
  ['https://auth.globus.org/scopes/x/y[*https://auth.globus.org/scopes/z/w]', true],
  ['flow:2f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60', true],
  ['two words', false],
])('%s is added as it is: %s', async (text, pasted) => {
  const { add, bridge, names } = await opened();
  bridge.replies['scope.search'] = () => ({ ok: true, value: [] });
  bridge.replies['scope.add'] = () => ({ ok: true, value: { scope: text } });
  add.type(` ${text} `);
  expect(add.pasted).toBe(pasted);
  await add.submit();
  expect(names()).toEqual([pasted ? 'scope.add' : 'scope.search']);
});

test('nonsense is answered under the field and nothing is called added', async () => {
  const { add, bridge, store } = await opened();
  bridge.replies['scope.add'] = () => ({ ok: false, problem: PROBLEM });
  add.type('a:b');
  await add.submit();
  expect([add.problem, add.added, store.problem]).toEqual([PROBLEM, '', null]);
  add.type('a:');
  expect(add.problem).toBeNull();
});

test('flows are searched on Enter alone, and one that was added is marked at once', async () => {
  const { add, bridge, clock, names } = await opened();
  const [flow] = FLOW_CHOICES;
  if (flow === undefined) throw new RangeError('no flow');
  bridge.replies['flow.find'] = () => ({ ok: true, value: FLOW_CHOICES });
  bridge.replies['flow.add'] = () => ({ ok: true, value: { scope: flow.scope } });
  add.choose('flows');
  add.type('publish');
  clock.pass(1_000);
  expect(names()).toEqual([]);
  await add.submit();
  expect(add.flows).toEqual(FLOW_CHOICES);
  expect(add.isKept(flow)).toBe(false);
  await add.addFlow(flow);
  expect(bridge.asked.at(-1)).toEqual(['flow.add', { id: flow.id }]);
  expect([add.isKept(flow), add.added]).toEqual([true, flow.title]);
});
