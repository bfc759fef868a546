import { expect, test } from 'vitest';
import { parseClientId } from '../../renderer/client-id.ts';

const ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';

test.each([
  [ID, ID],
  [`  ${ID}\n`, ID],
  [ID.toUpperCase(), ID],
  ['', null],
  [ID.slice(1), null],
  [`${ID}0`, null],
  [`{${ID}}`, null],
  [ID.replaceAll('-', ''), null],
  [ID.replace('6', 'g'), null],
  [`${ID} ${ID}`, null],
])('%j is read as %j', (text, id) => {
  expect(parseClientId(text)).toBe(id);
});
