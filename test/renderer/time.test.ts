import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countdown, momentOf, roughly, spokenTime, timeLeft } from '../../renderer/time.ts';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

describe('time left', () => {
  test.each([
    [48 * H, '48 h', '48 h', '48 hours'],
    [45 * H + 12 * MIN + 59 * S, '45 h 12 min', '45 h', '45 hours 12 minutes'],
    [H, '1 h', '1 h', '1 hour'],
    [H - 1, '59 min', '59 min', '59 minutes'],
    [3 * MIN + 59 * S, '3 min', '3 min', '3 minutes'],
    [MIN, '1 min', '1 min', '1 minute'],
    [MIN - 1, '59 s', 'less than a minute', '59 seconds'],
    [40 * S, '40 s', 'less than a minute', '40 seconds'],
    [1, '1 s', 'less than a minute', '1 second'],
    [0, 'ended', 'ended', 'ended'],
    [-5 * MIN, 'ended', 'ended', 'ended'],
    [Number.NaN, 'ended', 'ended', 'ended'],
    [100 * H, '4 d 4 h', '4 d', '4 days 4 hours'],
    [240 * H, '10 d', '10 d', '10 days'],
  ])('of %d ms reads "%s", roughly "%s", aloud "%s"', (span, short, rough, spoken) => {
    expect(timeLeft(span)).toBe(short);
    expect(roughly(span)).toBe(rough);
    expect(spokenTime(span)).toBe(spoken);
  });

  test('never overstates a span of a second or more', () => {
    const units: Record<string, number> = { d: 24 * H, h: H, min: MIN, s: S };
    fc.assert(
      fc.property(fc.integer({ min: S, max: 400 * H }), (span) => {
        const parts = timeLeft(span).match(/\d+ \w+/g) ?? [];
        const shown = parts.reduce((sum, part) => {
          const [count, unit] = part.split(' ');
          return sum + Number(count) * (units[unit ?? ''] ?? Number.NaN);
        }, 0);
        expect(shown).toBeLessThanOrEqual(span);
        expect(shown).toBeGreaterThan(0);
      }),
    );
  });
});

test.each([
  [14 * MIN + 32 * S, '14 min 32 s'],
  [28 * S, '28 s'],
  [27_001, '28 s'],
  [MIN, '1 min 0 s'],
  [0, '0 s'],
  [-3, '0 s'],
])('a countdown of %d ms reads "%s"', (span, text) => {
  expect(countdown(span)).toBe(text);
});

test('a moment is told in the reader’s zone', () => {
  expect(momentOf(Date.UTC(2026, 2, 5, 13, 5), 'en-GB', 'Europe/Berlin')).toMatch(/^Thu,? 14:05$/);
});
