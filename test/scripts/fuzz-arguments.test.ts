import { describe, expect, it } from 'vitest';
import { parseFuzzArguments, summary } from '../../scripts/fuzz-arguments.mjs';

describe('parseFuzzArguments()', () => {
  it.each([
    [[], { requests: 200_000, seed: 7, only: null, at: null }],
    [['--requests', '500', '--seed', '3'], { requests: 500, seed: 3, only: null, at: null }],
    [['--only=oidc', '--at=12'], { requests: 200_000, seed: 7, only: 'oidc', at: 12 }],
  ])('reads %j', (words, choice) => {
    expect(parseFuzzArguments(words, 7)).toEqual({ ok: true, choice });
  });

  it.each([[['--requests']], [['--seed', '-1']], [['--only', 'both']], [['200']], [['--help', 'x']]])(
    'refuses %j',
    (words) => {
      expect(parseFuzzArguments(words, 7)).toMatchObject({ ok: false });
    },
  );
});

describe('summary()', () => {
  const result = {
    played: 500,
    answers: new Map([
      ['oidc token', 2],
      ['broker 200 TokenAnswer', 31],
    ]),
    shapes: new Map([['broker valid', 40]]),
    heap: { early: 20, late: 21 },
  };

  it('ends with the verdict, and has a line for each kind of answer', () => {
    const lines = summary({ ...result, violations: [] }, { seed: 3, only: null }, '1.5')
      .trimEnd()
      .split('\n');
    expect(lines.at(-1)).toBe('fuzz: 500 requests, 0 violations (seed 3)');
    expect(lines[1]).toMatch(/^ {2}broker 200 TokenAnswer +31$/);
  });

  it('names what did not hold and how to play it again', () => {
    const violations = ['seed 3, index 44: a refresh token came back'];
    const text = summary({ ...result, violations }, { seed: 3, only: 'oidc' }, '1.5');
    expect(text).toContain('violation: seed 3, index 44: a refresh token came back');
    expect(text).toContain('node scripts/fuzz.mjs --seed 3 --only oidc --at <index>');
    expect(text).toContain('fuzz: 500 requests, 1 violations (seed 3)');
  });
});
