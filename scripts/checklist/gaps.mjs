import { numbersIn } from './tree.mjs';

/**
 * @typedef {import('../../test/checklist/types.ts').Entry} Entry
 * @typedef {import('../../test/checklist/types.ts').Break} Break
 * @typedef {import('./results.mjs').TestResult} TestResult
 * @typedef {import('./tree.mjs').Statement} Statement
 *
 * @typedef {object} Checklist
 * @property {readonly Statement[]} statements
 * @property {readonly Entry[]} entries
 * @property {readonly TestResult[]} results Of the last run.
 * @property {readonly string[]} missing Reports that are not there.
 * @property {ReadonlyMap<string, readonly number[]>} named What the test files name in their text.
 * @property {ReadonlyMap<string, string>} sources Text of the files that the breaks name; one that is not there lacks.
 *
 * @typedef {{ number: number | null, what: string }} Gap
 */

/**
 * What is missing for the whole list to be proven.
 *
 * @param {Checklist} checklist
 * @returns {Gap[]}
 */
export function gapsIn(checklist) {
  const known = new Set(checklist.statements.map(({ number }) => number));
  /** @type {Gap[]} */
  const gaps = checklist.missing.map((file) => ({ number: null, what: `${file} is missing: run npm test` }));
  for (const { number } of checklist.statements)
    gaps.push(
      ...[...testGaps(checklist, number), ...breakGaps(checklist, number)].map((what) => ({ number, what })),
    );
  for (const { number } of checklist.entries)
    if (!known.has(number)) gaps.push({ number, what: 'has breaks and is no number of the list' });
  for (const [file, numbers] of checklist.named)
    for (const number of numbers)
      if (!known.has(number)) gaps.push({ number, what: `${file} names it, and the list does not` });
  return gaps;
}

/** @param {Checklist} checklist @param {number} number @returns {string[]} */
function testGaps({ results, missing, named }, number) {
  const tests = results.filter(({ title }) => numbersIn(title).includes(number));
  const files = [...named].filter(([, numbers]) => numbers.includes(number)).map(([file]) => file);
  if (tests.length === 0 && files.length === 0) return ['no test names it'];
  const gaps = tests
    .filter(({ status }) => status !== 'passed')
    .map(({ file, title, status }) => `${status === 'failed' ? 'failed' : 'did not run'}: ${file}: ${title}`);
  // Without a report one gap has said so already.
  if (missing.length > 0) return gaps;
  const ran = new Set(tests.map(({ file }) => file));
  return [...gaps, ...files.filter((file) => !ran.has(file)).map((file) => `did not run: ${file}`)];
}

/** @param {Checklist} checklist @param {number} number @returns {string[]} */
function breakGaps({ entries, results, missing, sources }, number) {
  const own = entries.filter((entry) => entry.number === number);
  if (own.length > 1) return ['has more than one entry'];
  const [entry] = own;
  if (entry === undefined || entry.breaks.length === 0) return ['has no break'];
  const gaps = entry.breaks.flatMap((one) => {
    const where = `break in ${one.file}`;
    const tests = results.filter(({ file, title }) => file === one.test && title.includes(one.title));
    return [
      ...textGaps(one, sources).map((gap) => `${where}: ${gap}`),
      ...(numbersIn(one.title).includes(number) ? [] : [`${where}: its title does not name C${number}`]),
      ...(tests.length > 0 || missing.length > 0
        ? []
        : [`${where}: no test of ${one.test} is called ${one.title}`]),
      ...(/^\d{4}-\d\d-\d\d$/.test(one.seen) ? [] : [`${where}: no day on which it was seen to fail`]),
    ];
  });
  for (const { seam } of entry.elsewhere ?? [])
    if (missing.length === 0 && !results.some(({ title }) => title.includes(seam)))
      gaps.push(`no test is called ${seam}, which stands for a system that is not here`);
  return gaps;
}

/** @param {Break} one @param {Checklist['sources']} sources @returns {string[]} */
function textGaps({ file, from, to }, sources) {
  const text = sources.get(file);
  if (text === undefined) return ['the file is not there'];
  if (from === to) return ['it changes nothing'];
  const times = timesIn(text, from);
  return times === 1 ? [] : [`its text stands ${times} times in the file, not once`];
}

/** @param {string} text @param {string} part @returns {number} */
export function timesIn(text, part) {
  return part === '' ? 0 : text.split(part).length - 1;
}

/** The line, from 1, on which the first differing line of a break stands. @param {string} text @param {Break} one */
export function lineOf(text, { from, to }) {
  const before = text.slice(0, text.indexOf(from)).split('\n').length;
  const [old, fresh] = [from.split('\n'), to.split('\n')];
  const same = old.findIndex((line, index) => line !== fresh[index]);
  return before + Math.max(same, 0);
}
