import { expect, it } from 'vitest';
import { IPC } from '../../../fuzz/ipc/target.ts';
import { playTarget } from '../../../fuzz/play-target.ts';
import { CALL_NAMES } from '../../../../preload/contract.ts';

/** `npm run fuzz -- --target ipc` plays 12,000, with a new seed each time. */
const CASES = 500;

it('[C44] [C47] fuzzed: every call is refused or answered in its form, without a token and without an effect of another', async () => {
  const { played, violations, shapes } = await playTarget(IPC, { cases: CASES, seed: 20_261_129 });
  expect(violations).toEqual([]);
  expect(played).toBe(CASES);
  const called = new Set([...shapes.keys()].map((shape) => shape.split(' ')[0]));
  expect(CALL_NAMES.filter((name) => !called.has(name))).toEqual([]);
}, 60_000);
