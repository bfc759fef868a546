import fc from 'fast-check';
import type { Played, Stage, Target } from '../play-target.ts';
import type { Random } from '../random.ts';
import { PROPERTIES } from './properties.ts';

/** Texts that one case looks at; a text that breaks something is made as short as it gets. */
const TEXTS = 25;

/** The language of scopes and everything that reads a name for one. */
export const SCOPE: Target = { atOnce: 1, open: () => Promise.resolve(stage) };

const stage: Stage = { play: (random) => Promise.resolve(look(random)), close: () => Promise.resolve() };

function look(random: Random): Played {
  const [shape, property] = PROPERTIES[random.below(PROPERTIES.length)] ?? ['none', null];
  if (property === null) throw new Error('no property');
  const seed = random.below(2 ** 31);
  const details = fc.check(property, { seed, numRuns: TEXTS, verbose: 0 });
  if (details instanceof Promise) throw new Error('a property that has to be waited for');
  if (!details.failed) return { shape, answer: 'holds', violation: null };
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : 'failed';
  const example = JSON.stringify(details.counterexample).slice(0, 400);
  return { shape, answer: 'fails', violation: `${why}: ${example}` };
}
