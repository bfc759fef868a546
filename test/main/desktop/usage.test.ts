import { expect, it } from 'vitest';
import { SETTLE, ScopeUsage, type UseLine } from '../../../main/desktop/usage.ts';
import { FakeClock } from '../../support/agent-parts.ts';

const given: UseLine = { kind: 'token', answer: 'allowed', scope: 'a' };

function usage(...lines: UseLine[]) {
  const clock = new FakeClock();
  const made = new ScopeUsage(clock);
  for (const line of lines) made.see(line);
  return { made, clock };
}

it('counts what was copied and what was handed to programs', () => {
  const { made } = usage(
    given,
    { ...given, kind: 'header' },
    { ...given, kind: 'copy', answer: 'done' },
    { ...given, scope: 'b' },
  );
  expect(['a', 'b', 'c'].map((scope) => made.count(scope))).toEqual([3, 1, 0]);
});

it('counts no refusal, no rule and nothing without a scope', () => {
  const { made } = usage(
    { ...given, answer: 'denied' },
    { ...given, kind: 'refused', answer: 'denied' },
    { ...given, kind: 'rule', answer: 'done' },
    { ...given, kind: 'rule', answer: 'allowed' },
    { ...given, scope: null },
  );
  expect(made.count('a')).toBe(0);
});

it('[C57] leaves its counts as they are for a minute: two scripts that take turns move no row', () => {
  const { made, clock } = usage(given);
  expect(made.count('a')).toBe(1);
  for (let turn = 0; turn < 10; turn += 1) made.see({ ...given, scope: turn % 2 === 0 ? 'a' : 'b' });
  clock.advance(SETTLE - 1);
  expect([made.count('a'), made.count('b')]).toEqual([1, 0]);
  clock.advance(1);
  expect([made.count('a'), made.count('b')]).toEqual([6, 5]);
});

it('goes on counting after the clock was set back', () => {
  const clock = { at: 10 * SETTLE, now: () => clock.at };
  const made = new ScopeUsage(clock);
  made.see(given);
  expect(made.count('a')).toBe(1);
  clock.at = SETTLE;
  made.see(given);
  expect(made.count('a')).toBe(2);
});
