import { expect, it } from 'vitest';
import { playTarget } from '../../fuzz/play-target.ts';
import { SETTINGS } from '../../fuzz/settings/target.ts';

/** `npm run fuzz -- --target settings` plays 6,000, with a new seed each time. */
const CASES = 100;

it('[C55] fuzzed: no settings file stops the start or costs a grant that it names, and a bad one is kept beside', async () => {
  const { played, violations, answers } = await playTarget(SETTINGS, { cases: CASES, seed: 20_261_129 });
  expect(violations).toEqual([]);
  expect(played).toBe(CASES);
  // Files of each kind of damage, and some without.
  expect(answers.get('used as it is')).toBeGreaterThan(5);
  expect(answers.get('set aside: it was not valid JSON')).toBeGreaterThan(5);
  expect(answers.get('set aside: a field had a wrong value')).toBeGreaterThan(5);
}, 60_000);
