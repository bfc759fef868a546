import { expect, it } from 'vitest';
import { remaining } from '../../../main/desktop/remaining.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it.each([
  [-1, 'ended'],
  [0, 'ended'],
  [1, 'under a minute'],
  [MINUTE - 1, 'under a minute'],
  [MINUTE, '1 min'],
  [HOUR - 1, '59 min'],
  [HOUR, '1 h 0 min'],
  [9 * HOUR + 5 * MINUTE, '9 h 5 min'],
  [10 * HOUR, '10 h'],
  [48 * HOUR - 1, '47 h'],
  [72 * HOUR, '3 days'],
])('says %i ms as "%s"', (milliseconds, text) => {
  expect(remaining(milliseconds).text).toBe(text);
});

it('changes exactly when it says it will', () => {
  for (let left = 80 * HOUR; left > 0;) {
    const { text, changesIn } = remaining(left);
    expect(changesIn).toBeGreaterThan(0);
    if (changesIn > 1 && left > changesIn) expect(remaining(left - changesIn + 1).text).toBe(text);
    left -= changesIn;
    expect(remaining(left).text).not.toBe(text);
  }
});

it('asks for no redraw once it has ended', () => {
  expect(remaining(0).changesIn).toBe(Infinity);
});
