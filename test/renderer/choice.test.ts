import { expect, test } from 'vitest';
import { ScopeChoice } from '../../renderer/choice.svelte.ts';
import { scopeAt, scopes } from '../support/fake-bridge.ts';

const ROWS = scopes();
const [first, second] = [scopeAt(ROWS, 0).scope, scopeAt(ROWS, 1).scope];

test('all scopes start ticked, and the sentence says that one token carries them', () => {
  const choice = new ScopeChoice(() => ROWS, null);
  expect(choice.ticked).toHaveLength(6);
  expect(choice.consequence).toContain('all 6 scopes');
});

test('only the wanted ones start ticked, and ticks go both ways', () => {
  const choice = new ScopeChoice(() => ROWS, [first]);
  expect(choice.scopes).toEqual([first]);
  expect(choice.consequence).toContain('nothing else');
  choice.toggle(second);
  expect(choice.has(second)).toBe(true);
  choice.toggle(first);
  choice.toggle(second);
  expect(choice.ticked).toEqual([]);
  expect(choice.consequence).toBe('Tick at least one scope.');
});
