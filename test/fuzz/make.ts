import type { Door, FuzzCase, Way } from './cases.ts';
import { httpCase } from './http-cases.ts';
import { oidcCase } from './oidc-cases.ts';
import { Random } from './random.ts';

/** The case of this index: the same for the same seed, whatever else was played. */
export function makeCase(seed: number, index: number, only: Door | null): FuzzCase {
  const random = new Random(seed, index);
  const door = only ?? (random.chance(0.6) ? 'broker' : 'oidc');
  const made = door === 'broker' ? httpCase(random) : oidcCase(random);
  return { door, way: wayOf(random, made.steps), ...made };
}

/** Other programs write everything at once, so what needs an order of its own stays here. */
function wayOf(random: Random, steps: FuzzCase['steps']): Way {
  const way = random.weighted<Way>([
    [88, 'local'],
    [8, 'forwarded'],
    [4, 'stranger'],
  ]);
  const simple = steps.every(({ kind }) => kind === 'write');
  return way === 'stranger' && !simple ? 'forwarded' : way;
}
