import { describe, expect, test } from 'vitest';
import { brokerStatus, ruleEnd, whenOf } from '../../renderer/broker-words.ts';
import { BROKER, NOW } from '../support/fake-bridge.ts';

test('the broker’s line says what scripts can expect', () => {
  expect(brokerStatus(BROKER)).toBe('Broker on · 3 programs today');
  expect(brokerStatus({ ...BROKER, programsToday: 1 })).toBe('Broker on · 1 program today');
  expect(brokerStatus({ ...BROKER, denyAll: true })).toBe('Broker denies everything');
  expect(brokerStatus({ ...BROKER, path: null, denyAll: true })).toBe('Broker off');
  expect(brokerStatus({ ...BROKER, path: null }, true)).toBe('No broker in a Flatpak');
});

test.each([
  [{ until: NOW + 8 * 60_000, terminal: null }, 'for 8 min'],
  [{ until: null, terminal: 'pts/3' }, 'until terminal pts/3 closes'],
  [{ until: NOW + 3_600_000, terminal: 'pts/3' }, 'for 1 h, at most until terminal pts/3 closes'],
  [{ until: null, terminal: null }, 'until you revoke it'],
])('a rule with %o holds %s', (rule, words) => {
  expect(ruleEnd(rule, NOW)).toBe(words);
});

describe('the time of a line', () => {
  const when = (at: number) => whenOf(at, NOW, 'en-GB', 'Europe/Berlin');

  test('is to the second today', () => {
    expect(when(NOW - 28_000)).toBe('10:59:32');
  });

  test('names the day before the reader’s own midnight', () => {
    expect(when(NOW - 11 * 3_600_000)).toBe('00:00:00');
    expect(when(NOW - 11 * 3_600_000 - 1)).toBe('Wed 4 Mar, 23:59');
  });
});
