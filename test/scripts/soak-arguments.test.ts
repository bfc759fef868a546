import { describe, expect, it } from 'vitest';
import { parseSoakArguments } from '../../scripts/soak-arguments.mjs';

const DAY = { hours: 24, every: 60, seed: 1, vault: 'passphrase' };

describe('parseSoakArguments()', () => {
  it.each([
    [[], DAY],
    [['--hours', '2', '--every=15'], { ...DAY, hours: 2, every: 15 }],
    [['--hours=0.5'], { ...DAY, hours: 0.5 }],
    [['--seed', '7', '--vault', 'memory'], { ...DAY, seed: 7, vault: 'memory' }],
  ])('reads %j', (words, choice) => {
    expect(parseSoakArguments(words)).toEqual({ ok: true, choice });
  });

  it.each([[['--hours']], [['--hours', '0']], [['--vault', 'keychain']], [['24']], [['--help', 'x']]])(
    'refuses %j',
    (words) => {
      expect(parseSoakArguments(words)).toMatchObject({ ok: false });
    },
  );
});
