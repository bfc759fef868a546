import { describe, expect, it } from 'vitest';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import {
  type Forecast,
  idleEnd,
  monthsAfter,
  outlives,
  outlivesAmong,
} from '../../../main/tokens/forecast.ts';
import type { ScopeState, ScopeStatus } from '../../../main/tokens/status.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 30, 12);
const DAY = 24 * HOUR;

const forecast = (token: number | null, grant: number | null, policy: number | null = null): Forecast => ({
  tokenEndsAt: token === null ? null : NOW + token,
  grantEndsAt: grant === null ? null : NOW + grant,
  policyEndsAt: policy === null ? null : NOW + policy,
});
const none = forecast(null, null);
const usual = forecast(48 * HOUR, 180 * DAY);

describe('whether a token outlives so many hours', () => {
  it.each<[string, ScopeState, Forecast, number, string, number | null]>([
    ['nobody is signed in', 'needs-sign-in', none, 1, 'no', null],
    ['no sign-in covers it', 'needs-consent', none, 1, 'no', null],
    ['the token lives longer', 'ready', usual, 24, 'yes', 48 * HOUR],
    ['it ends a minute before, which counts as ended', 'ready', usual, 48, 'by-renewal', 180 * DAY],
    ['the token ends before and the grant does not', 'ready', usual, 72, 'by-renewal', 180 * DAY],
    ['it is renewed just now', 'renewing', forecast(null, 180 * DAY), 1, 'by-renewal', 180 * DAY],
    ['the grant may end of disuse before', 'ready', usual, 181 * 24, 'unknown', 180 * DAY],
    ['it is locked, without a token', 'locked', forecast(null, 180 * DAY), 1, 'unknown', null],
    ['it is locked, with a token that lives longer', 'locked', usual, 24, 'yes', 48 * HOUR],
    ['it is offline', 'offline', forecast(null, 180 * DAY), 1, 'unknown', null],
    [
      'a policy ends its session before',
      'ready',
      forecast(48 * HOUR, 180 * DAY, 4 * HOUR),
      8,
      'no',
      4 * HOUR,
    ],
    [
      'a policy ends its session after',
      'ready',
      forecast(48 * HOUR, 180 * DAY, 9 * HOUR),
      8,
      'yes',
      48 * HOUR,
    ],
    ['zero hours are asked for', 'expiring', forecast(61_000, 180 * DAY), 0, 'yes', 61_000],
  ])('when %s', (_what, state, ends, hours, answer, until) => {
    const given = outlives({ state, forecast: ends }, hours * HOUR, NOW);
    expect([given.answer, given.until]).toEqual([answer, until === null ? null : NOW + until]);
    expect(given.why).toMatch(/\.$/);
  });
});

describe('among all kept scopes', () => {
  const status = (index: number, state: ScopeState, ends: Forecast): ScopeStatus => {
    const entry = FLOWS_SCOPES[index];
    if (entry === undefined) throw new RangeError('no such scope');
    return { entry, state, forecast: ends, expiresAt: null, lifetime: null, others: [], isolated: false };
  };
  const all = [
    status(0, 'ready', forecast(48 * HOUR, 180 * DAY)),
    status(1, 'ready', forecast(30 * HOUR, 170 * DAY)),
    status(2, 'needs-consent', none),
  ];

  it('gives the worst answer and the earliest end, and leaves out what nobody allowed', () => {
    expect(outlivesAmong(all, null, 36 * HOUR, NOW)).toMatchObject({
      answer: 'by-renewal',
      until: NOW + 170 * DAY,
    });
    expect(outlivesAmong(all, null, 24 * HOUR, NOW)).toMatchObject({ answer: 'yes', until: NOW + 30 * HOUR });
  });

  it('answers for one scope, whatever its brackets say', () => {
    const { scope } = FLOWS_SCOPES[0] ?? { scope: '' };
    expect(outlivesAmong(all, `${scope}[*urn:x]`, 36 * HOUR, NOW)).toMatchObject({ answer: 'yes' });
  });

  it('does not guess about a scope that is not kept, and says no where nothing is kept', () => {
    expect(outlivesAmong(all, 'urn:other', HOUR, NOW).answer).toBe('unknown');
    expect(outlivesAmong([], null, HOUR, NOW).answer).toBe('no');
  });
});

describe('the end of a grant that nobody uses', () => {
  it('comes after six calendar months, never later than Globus counts them', () => {
    expect(idleEnd(Date.UTC(2026, 0, 30))).toBe(Date.UTC(2026, 6, 30));
    expect(idleEnd(Date.UTC(2026, 7, 31, 7))).toBe(Date.UTC(2027, 1, 28, 7));
    expect(monthsAfter(Date.UTC(2027, 8, 30), 5)).toBe(Date.UTC(2028, 1, 29));
  });
});
