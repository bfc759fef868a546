import { expect, test } from 'vitest';
import { asker, happened, ScopeHistory } from '../../renderer/history.svelte.ts';
import { LOG, PROBLEM } from '../support/fake-bridge.ts';
import { started } from './hands.ts';

test.each([
  ['view_flows: copied', 'Copied'],
  ['transfer:all: token given', 'Token given'],
  ['Deny everything: turned on', 'Turned on'],
  ['Policy file written', 'Policy file written'],
])('%j is “%s” on the scope’s own row', (what, words) => {
  expect(happened({ what })).toBe(words);
});

test('who asked is the script, else the program, by the end of a long path', () => {
  expect(asker({ script: '~/a.sh', program: '/bin/sh' })).toBe('~/a.sh');
  expect(asker({ script: null, program: '/bin/sh' })).toBe('/bin/sh');
  expect(asker({ script: null, program: null })).toBeNull();
  expect(asker({ script: null, program: `/${'deep/'.repeat(30)}tool` })).toMatch(/^….{38}\/tool$/);
});

test('an older reading never replaces a newer one, and a problem leaves the lines where they are', async () => {
  const { store, bridge } = await started();
  const finish: ((answer: unknown) => void)[] = [];
  bridge.replies['audit.list'] = () => new Promise((resolve) => finish.push(resolve));
  const history = new ScopeHistory(store, 's');
  const readings = [history.load(), history.load()];
  expect(history.reading).toBe(true);
  finish[1]?.({ ok: true, value: LOG });
  finish[0]?.({ ok: true, value: [] });
  await Promise.all(readings);
  expect([history.lines, history.reading]).toEqual([LOG, false]);
  bridge.replies['audit.list'] = () => ({ ok: false, problem: PROBLEM });
  await history.load();
  expect([history.lines, history.problem, store.problem]).toEqual([LOG, PROBLEM, null]);
});
