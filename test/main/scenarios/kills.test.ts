import { beforeAll, expect, it } from 'vitest';
import { build } from '../../../scripts/build.mjs';
import { runKills } from '../../kills/run.ts';

beforeAll(() => build({ only: ['headless'] }), 60_000);

/** `npm run kills` is the long one. */
it('[C22] [C25] [C27] 25 agents killed in the midst of their work: the next one has every sign-in, and nothing lies about', async () => {
  const { kills, violations, points } = await runKills({ kills: 25, seed: 5, keyring: 0.2 });
  expect(violations).toEqual([]);
  expect(kills).toBe(25);
  const midst = [...points.values()].reduce((sum, point) => sum + point.midst, 0);
  expect(midst).toBeGreaterThan(8);
}, 180_000);
