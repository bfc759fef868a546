import { expect, test } from 'vitest';
import { filterGroups } from '../../renderer/filter.ts';
import { listGroup } from '../../renderer/rows.ts';
import { groupsOf, scopes } from '../support/fake-bridge.ts';

const GROUPS = groupsOf(scopes()).map(listGroup);

test.each([
  ['', 6],
  ['   ', 6],
  ['run_', 2],
  ['VIEW', 1],
  ['status runs', 1],
  ['eec9b274', 6],
  ['nothing like it', 0],
  ['.*', 0],
])('the filter %j keeps %d scopes', (text, count) => {
  expect(filterGroups(GROUPS, text).flatMap((group) => group.scopes)).toHaveLength(count);
});

test('a group without a match goes', () => {
  expect(filterGroups(GROUPS, 'nothing like it')).toEqual([]);
});
