import { expect, it } from 'vitest';
import { playTarget } from '../../fuzz/play-target.ts';
import { VAULT } from '../../fuzz/vault/target.ts';

/** `npm run fuzz -- --target vault` plays 30,000, with a new seed each time. */
const CASES = 400;

it('[C27] fuzzed: a spoiled passphrase file is called what it is, changed in nothing, and opened by nobody', async () => {
  const { played, violations, answers } = await playTarget(VAULT, { cases: CASES, seed: 20_261_129 });
  expect(violations).toEqual([]);
  expect(played).toBe(CASES);
  for (const what of ['opened', 'truncated', 'damaged', 'swapped', 'unreadable', 'wrong-passphrase']) {
    expect([what, answers.has(what)]).toEqual([what, true]);
  }
}, 30_000);
