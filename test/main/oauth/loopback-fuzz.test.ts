import { expect, it } from 'vitest';
import { LOOPBACK } from '../../fuzz/loopback/target.ts';
import { playTarget } from '../../fuzz/play-target.ts';

/** `npm run fuzz -- --target loopback` plays 20,000, with a new seed each time. */
const CASES = 300;

it('[C5] [C6] [C7] [C9] fuzzed: nothing but the one answer ends the wait, everything else gets 400 or 404, and it closes', async () => {
  const { played, violations, answers } = await playTarget(LOOPBACK, { cases: CASES, seed: 20_261_129 });
  expect(violations).toEqual([]);
  expect(played).toBe(CASES);
  // Every ending was seen many times.
  for (const what of ['code', 'refusal', 'closed without an answer']) {
    expect([what, (answers.get(what) ?? 0) > 10]).toEqual([what, true]);
  }
}, 30_000);
