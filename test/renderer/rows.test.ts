import { expect, test } from 'vitest';
import { filterGroups } from '../../renderer/filter.ts';
import { listGroup, ofAccount, rowKey, rowName, rowsOf } from '../../renderer/rows.ts';
import { ACCOUNTS, groupsOfTwo } from '../support/fake-bridge.ts';

const [GROUP] = groupsOfTwo();
if (GROUP === undefined) throw new Error('no group');
const SUB = ACCOUNTS[1]?.sub ?? '';

test('another account’s rows differ from the default one’s by their token alone', () => {
  const [hers] = listGroup(GROUP).others;
  expect(hers?.scopes.map(({ name, state, alsoAllows }) => [name, state, alsoAllows])).toEqual([
    ['view_flows', 'ready', []],
    ['manage_flows', 'expiring', ['run']],
    ['run', 'expiring', ['manage_flows']],
  ]);
  const [first] = hers?.scopes ?? [];
  const { definition, recipes, scope } = GROUP.scopes[0] ?? {};
  expect(first).toMatchObject({ definition, recipes, scope, removable: false, account: { sub: SUB } });
});

test('rows come in the order of the list, whatever the order of the tokens', () => {
  const [others] = GROUP.others ?? [];
  const tokens = [...(others?.tokens ?? [])].reverse();
  const group = listGroup({ ...GROUP, others: others === undefined ? [] : [{ ...others, tokens }] });
  expect(group.others[0]?.scopes.map(({ name }) => name)).toEqual(['view_flows', 'manage_flows', 'run']);
});

test('a position that the group does not have makes no row', () => {
  const [others] = GROUP.others ?? [];
  const [token] = others?.tokens ?? [];
  if (others === undefined || token === undefined) throw new Error('no token');
  const odd = { ...others, tokens: [{ ...token, rows: [99] }] };
  expect(rowsOf(listGroup({ ...GROUP, others: [odd] }))).toHaveLength(6);
});

test('every row has a key and a name of its own', () => {
  const rows = rowsOf(listGroup(GROUP));
  expect(new Set(rows.map(rowKey)).size).toBe(9);
  expect(new Set(rows.map(rowName)).size).toBe(9);
  expect(rows.map((row) => ofAccount(row).account)).toEqual([
    ...Array.from({ length: 6 }, () => undefined),
    ...[SUB, SUB, SUB],
  ]);
});

test.each([
  ['grace', 3],
  ['GRACE@lab run', 1],
  ['ada', 6],
  ['nobody', 0],
])('the filter %j finds %d rows by account', (text, count) => {
  const found = filterGroups([listGroup(GROUP)], text, 'ada@university.example').flatMap(rowsOf);
  expect(found).toHaveLength(count);
});

test('one account’s own name finds nothing: it would find everything', () => {
  expect(filterGroups([listGroup({ ...GROUP, others: [] })], 'ada')).toEqual([]);
});
