import { describe, expect, it } from 'vitest';
import { parseFuzzArguments, summary, TARGETS } from '../../scripts/fuzz-arguments.mjs';

describe('parseFuzzArguments()', () => {
  it('plays every target, each with a number of its own', () => {
    const parsed = parseFuzzArguments([], 7);
    if (!parsed.ok) throw new Error(parsed.message);
    expect(parsed.choice).toMatchObject({ seed: 7, at: null });
    expect(parsed.choice.rounds.map(({ target }) => target)).toEqual(TARGETS);
    expect(parsed.choice.rounds.every(({ requests }) => requests > 1_000)).toBe(true);
    expect(parseFuzzArguments(['--target', 'all'], 7)).toEqual(parsed);
  });

  it.each([
    [['--target', 'vault', '--requests', '500', '--seed', '3'], 'vault', 500, 3, null],
    [['--target=oidc', '--at=12', '--requests=9'], 'oidc', 9, 7, 12],
  ])('reads %j', (words, target, requests, seed, at) => {
    expect(parseFuzzArguments(words, 7)).toEqual({
      ok: true,
      choice: { rounds: [{ target, requests }], seed, at },
    });
  });

  it.each([
    [['--requests']],
    [['--seed', '-1']],
    [['--target', 'both']],
    [['--at', '3']],
    [['200']],
    [['--help', 'x']],
  ])('refuses %j', (words) => {
    expect(parseFuzzArguments(words, 7)).toMatchObject({ ok: false });
  });
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
    const lines = summary({ ...result, violations: [] }, { target: 'broker', seed: 3 }, '1.5')
      .trimEnd()
      .split('\n');
    expect(lines.at(-1)).toBe('fuzz broker: 500 cases, 0 violations (seed 3)');
    expect(lines[1]).toMatch(/^ {2}broker 200 TokenAnswer +31$/);
  });

  it('names what did not hold and how to play it again', () => {
    const violations = ['seed 3, index 44: a refresh token came back'];
    const text = summary({ ...result, violations }, { target: 'oidc', seed: 3 }, '1.5');
    expect(text).toContain('violation: seed 3, index 44: a refresh token came back');
    expect(text).toContain('node scripts/fuzz.mjs --target oidc --seed 3 --at <index>');
    expect(text).toContain('fuzz oidc: 500 cases, 1 violations (seed 3)');
  });
});
