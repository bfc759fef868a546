import { describe, expect, test } from 'vitest';
import { forecastLines } from '../../renderer/forecast-words.ts';
import { modeMeaning } from '../../renderer/mode-words.ts';
import { OutliveCheck, outliveWords } from '../../renderer/outlive.svelte.ts';
import { PROBLEM } from '../support/fake-bridge.ts';
import { started } from './hands.ts';

const HOUR = 3_600_000;

describe('a forecast', () => {
  test('has a line for each end that is known and lies ahead', () => {
    const forecast = { tokenEndsAt: 45 * HOUR, grantEndsAt: 4_380 * HOUR, policyEndsAt: 2 * HOUR };
    expect(forecastLines(forecast, 0).map(({ id, when }) => [id, when])).toEqual([
      ['token', 'in 45 h, then it is renewed'],
      ['policy', 'in 2 h'],
      ['grant', 'in 182 d'],
    ]);
    expect(forecastLines(forecast, 3 * HOUR).map(({ id }) => id)).toEqual(['token', 'grant']);
    expect(forecastLines({ tokenEndsAt: null, grantEndsAt: null, policyEndsAt: null }, 0)).toEqual([]);
  });

  test('is checked for whole scopes or all, and only for hours that make sense', async () => {
    const { store, bridge } = await started();
    const value = { answer: 'no', until: 5, why: 'It ends before.' };
    bridge.replies['forecast.check'] = () => ({ ok: true, value });
    const check = new OutliveCheck(store, null);
    for (const hours of [null, 0, -1, 9_000]) {
      check.hours = hours;
      await check.check();
    }
    expect(bridge.asked.map(([name]) => name)).toEqual(['state.get']);
    check.hours = 72;
    await check.check();
    expect(bridge.asked.at(-1)).toEqual(['forecast.check', { scope: null, hours: 72 }]);
    expect(check.answer).toEqual(value);
    bridge.replies['forecast.check'] = () => ({ ok: false, problem: PROBLEM });
    await check.check();
    expect([check.answer, check.problem]).toEqual([null, PROBLEM]);
  });

  test('answers in words that tell a token that lasts from one that is renewed', () => {
    expect(outliveWords('yes', 72)).toMatch(/^Yes: this token/);
    expect(outliveWords('by-renewal', 72)).toMatch(/^Yes, by renewal/);
    expect(outliveWords('no', 1)).toBe('No: it will not last 1 hour.');
    expect(outliveWords('unknown', 72)).toMatch(/^Not known/);
  });
});

test('a token mode says what it means; the literal one is worded where the end of the token is known', () => {
  expect(modeMeaning('fetched')).toMatch(/when it runs/);
  expect(modeMeaning('variable')).toMatch(/TOKEN/);
  expect(modeMeaning(null)).toMatch(/signs in by itself/);
  expect(modeMeaning('literal')).toBeNull();
});
