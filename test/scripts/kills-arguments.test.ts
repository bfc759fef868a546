import { describe, expect, it } from 'vitest';
import { parseKillsArguments, summary } from '../../scripts/kills-arguments.mjs';

describe('parseKillsArguments()', () => {
  it.each([
    [[], { kills: 500, seed: 7, keyring: 0.2 }],
    [['--kills', '25', '--seed=3'], { kills: 25, seed: 3, keyring: 0.2 }],
    [['--keyring', '0'], { kills: 500, seed: 7, keyring: 0 }],
  ])('reads %j', (words, choice) => {
    expect(parseKillsArguments(words, 7)).toEqual({ ok: true, choice });
  });

  it.each([[['--kills']], [['--seed', '-1']], [['--keyring', '101']], [['500']], [['--help']]])(
    'refuses %j',
    (words) => {
      expect(parseKillsArguments(words, 7)).toMatchObject({ ok: false });
    },
  );
});

it('sums up where the kills fell, with the verdict as the last line', () => {
  const result = {
    kills: 3,
    points: new Map([['passphrase refresh: answer held', { kills: 3, midst: 2 }]]),
    halfWritten: 1,
    lostWithTheirAnswer: 0,
    recovery: 240,
    violations: ['after kill 2 (passphrase, refresh, answer held): a refresh token was spent twice'],
  };
  const lines = summary(result, { kills: 3, seed: 9, keyring: 0 }, '1.5').trimEnd().split('\n');
  expect(lines[1]).toMatch(/^ {2}passphrase refresh: answer held +3 +2$/);
  expect(lines).toContain(`violation: ${result.violations[0] ?? ''}`);
  expect(lines.at(-1)).toBe('kills: 3, 1 violations (seed 9)');
});
