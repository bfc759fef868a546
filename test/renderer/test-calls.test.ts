import { expect, test } from 'vitest';
import { TestCalls } from '../../renderer/test-calls.svelte.ts';
import { CALL, PROBLEM } from '../support/fake-bridge.ts';
import { started } from './hands.ts';

const ROW = { scope: 's' };
const REFUSED = { ...CALL, status: 403, problem: PROBLEM, offer: { id: 'o-1', label: 'Allow view_flows' } };

test('the answer of an older run never replaces that of a newer one', async () => {
  const { store, bridge } = await started();
  const finish: ((answer: unknown) => void)[] = [];
  bridge.replies['call.run'] = () => new Promise((resolve) => finish.push(resolve));
  const calls = new TestCalls(store);
  const runs = [calls.run(ROW, 'r', {}), calls.run(ROW, 'r', {})];
  expect(calls.stateOf(ROW, 'r')).toEqual({ phase: 'running' });
  finish[1]?.({ ok: true, value: CALL });
  finish[0]?.({ ok: true, value: REFUSED });
  await Promise.all(runs);
  expect(calls.stateOf(ROW, 'r')).toEqual({ phase: 'answered', call: CALL, allowed: false });
});

test('an offer that was taken up is gone, and running again is left to the user', async () => {
  const { store, bridge } = await started();
  bridge.replies['call.run'] = () => ({ ok: true, value: REFUSED });
  const calls = new TestCalls(store);
  await calls.run(ROW, 'r', { flow_id: 'x' });
  bridge.replies['call.accept'] = () => ({ ok: false, problem: PROBLEM });
  await calls.allow(ROW, 'r');
  expect(calls.stateOf(ROW, 'r')).toMatchObject({ allowed: false });
  bridge.replies['call.accept'] = () => ({ ok: true, value: null });
  await calls.allow(ROW, 'r');
  expect(calls.stateOf(ROW, 'r')).toMatchObject({ allowed: true });
  expect(bridge.asked.filter(([name]) => name === 'call.run')).toEqual([
    ['call.run', { scope: 's', recipe: 'r', values: { flow_id: 'x' } }],
  ]);
});

test('a call that main refuses says so in place, not in the banner', async () => {
  const { store, bridge } = await started();
  bridge.replies['call.run'] = () => ({ ok: false, problem: PROBLEM });
  const calls = new TestCalls(store);
  await calls.run(ROW, 'r', {});
  expect(calls.stateOf(ROW, 'r')).toEqual({ phase: 'refused', problem: PROBLEM });
  expect(store.problem).toBeNull();
});

test('a call that was cancelled is over at once, and its late answer counts no more', async () => {
  const { store, bridge } = await started();
  let finish: (answer: unknown) => void = () => undefined;
  bridge.replies['call.run'] = () => new Promise((resolve) => (finish = resolve));
  const calls = new TestCalls(store);
  const row = { scope: 's', account: { sub: '2', username: 'grace' } };
  const running = calls.run(row, 'r', {});
  await calls.cancel(row, 'r');
  expect(calls.stateOf(row, 'r')).toEqual({ phase: 'cancelled' });
  finish({ ok: true, value: CALL });
  await running;
  expect(calls.stateOf(row, 'r')).toEqual({ phase: 'cancelled' });
  expect(calls.stateOf(ROW, 'r')).toEqual({ phase: 'idle' });
  await calls.cancel(row, 'r');
  expect(bridge.asked.filter(([name]) => name === 'call.cancel')).toEqual([
    ['call.cancel', { call: 'call.run', scope: 's', recipe: 'r', account: '2' }],
  ]);
});
