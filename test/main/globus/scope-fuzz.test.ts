import { expect, it } from 'vitest';
import { playTarget } from '../../fuzz/play-target.ts';
import { PROPERTIES } from '../../fuzz/scope/properties.ts';
import { SCOPE } from '../../fuzz/scope/target.ts';

/** `npm run fuzz -- --target scope` plays 20,000, with a new seed each time; each looks at 25 texts. */
const CASES = 150;

it('[C15] fuzzed: what reads scopes, names and flows throws for no text, and means the same again in its own words', async () => {
  const { violations, shapes } = await playTarget(SCOPE, { cases: CASES, seed: 20_261_129 });
  expect(violations).toEqual([]);
  expect([...shapes.keys()].sort()).toEqual(PROPERTIES.map(([name]) => name).sort());
}, 30_000);
