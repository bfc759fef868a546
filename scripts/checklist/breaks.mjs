import { lineOf, timesIn } from './gaps.mjs';
import { brokenVerdict, unbrokenVerdict } from './verdict.mjs';

/**
 * @typedef {import('../../test/checklist/types.ts').Break} Break
 * @typedef {import('../../test/checklist/types.ts').Entry} Entry
 * @typedef {import('./tree-copy.mjs').TreeCopy} TreeCopy
 * @typedef {import('./verdict.mjs').Verdict} Verdict
 */

/**
 * Tries every break of the entries in the copy, one after the other.
 *
 * @param {TreeCopy} copy
 * @param {readonly Entry[]} entries
 * @param {ReadonlyMap<string, string>} sources
 * @param {(line: string) => void} say
 * @returns {Promise<number>} How many were not seen to fail.
 */
export async function tryBreaks(copy, entries, sources, say) {
  let unproven = 0;
  /** @type {Map<string, Promise<{ verdict: Verdict, alone: boolean }>>} */
  const unbroken = new Map();
  for (const { number, breaks } of entries) {
    if (breaks.length === 0) {
      unproven += 1;
      say(`C${number} has no break`);
    }
    for (const one of breaks) {
      const started = performance.now();
      const key = `${one.test}\n${one.title}`;
      const first = unbroken.get(key) ?? passesUnbroken(copy, one);
      unbroken.set(key, first);
      const { proven, word } = await tryBreak(copy, one, sources, await first);
      if (!proven) unproven += 1;
      const place = `${one.file}:${lineOf(sources.get(one.file) ?? '', one)}`;
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      say(`${proven ? 'ok' : 'NO'}  C${number}  ${place}  ${word}  (${seconds} s, ${one.test})`);
    }
  }
  return unproven;
}

/**
 * Alone where the test can; else with its whole file, as some go on where the one before them ended.
 *
 * @param {TreeCopy} copy
 * @param {Break} one
 * @returns {Promise<{ verdict: Verdict, alone: boolean }>}
 */
async function passesUnbroken(copy, { test, title }) {
  for (const alone of [true, false]) {
    const { results, troubles } = await copy.run(test, alone ? title : null);
    const verdict = unbrokenVerdict(results, title, troubles);
    if (verdict.proven || !alone) return { verdict, alone };
  }
  throw new Error('unreachable');
}

/**
 * @param {TreeCopy} copy
 * @param {Break} one
 * @param {ReadonlyMap<string, string>} sources
 * @param {{ verdict: Verdict, alone: boolean }} unbroken
 * @returns {Promise<Verdict>}
 */
async function tryBreak(copy, one, sources, { verdict, alone }) {
  const times = timesIn(sources.get(one.file) ?? '', one.from);
  if (times !== 1) return { proven: false, word: `its text stands ${times} times in the file, not once` };
  if (!verdict.proven) return verdict;
  return copy.broken(one, async () => {
    const { results, troubles } = await copy.run(one.test, alone ? one.title : null);
    return brokenVerdict(results, one.title, troubles);
  });
}
