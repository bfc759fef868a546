import { expect, test } from 'vitest';
import { parseUuids } from '../../renderer/uuids.ts';

const ONE = '2f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60';
const TWO = '9f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f61';

test.each([
  ['', []],
  [`${ONE}, ${TWO}`, [ONE, TWO]],
  [`${ONE.toUpperCase()}\n\n${TWO};${ONE}\n`, [ONE, TWO]],
])('reads %j', (text, ids) => {
  expect(parseUuids(text)).toEqual({ ok: true, ids });
});

test('names the first part that is no UUID', () => {
  expect(parseUuids(`${ONE}, collection X`)).toEqual({ ok: false, wrong: 'collection' });
  expect(parseUuids(`${ONE}0`)).toEqual({ ok: false, wrong: `${ONE}0` });
});
