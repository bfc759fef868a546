import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {import('./results.mjs').TestResult} TestResult
 * @typedef {{ proven: boolean, word: string }} Verdict
 */

/** What a failure looks like when the product no longer loads or runs at all, which proves nothing. */
const NO_PROGRAM =
  /^(?:SyntaxError|ReferenceError)\b|Cannot find (?:module|package)|Failed to resolve import/;

/**
 * Whether the unbroken product passes: without that, a failure says nothing.
 *
 * @param {readonly TestResult[]} results Of the test's file.
 * @param {string} title Part of the full title.
 * @param {readonly string[]} troubles Of files that did not load.
 * @returns {Verdict}
 */
export function unbrokenVerdict(results, title, troubles) {
  const named = results.filter((result) => result.title.includes(title));
  const [trouble] = troubles;
  if (named.length === 0)
    return no(trouble === undefined ? 'no test has that title' : `does not load: ${line(trouble)}`);
  const bad = named.find(({ status }) => status !== 'passed');
  if (bad === undefined) return { proven: true, word: 'passes unbroken' };
  return no(bad.status === 'failed' ? `fails unbroken: ${line(bad.message)}` : 'does not run unbroken');
}

/**
 * Whether a test with the title failed, by what it expects or by its time, and not because the file could not be
 * loaded: then its titles are not in the report.
 *
 * @param {readonly TestResult[]} results Of the test's file.
 * @param {string} title Part of the full title.
 * @param {readonly string[]} troubles Of files that did not load.
 * @returns {Verdict}
 */
export function brokenVerdict(results, title, troubles) {
  const named = results.filter((result) => result.title.includes(title));
  const [trouble] = troubles;
  if (named.length === 0) return no(`does not load, which proves nothing: ${line(trouble ?? 'no report')}`);
  const failed = named.filter(({ status }) => status === 'failed');
  if (failed.length === 0)
    return no(
      named.every(({ status }) => status === 'passed') ? 'STILL PASSES' : 'did not run, which proves nothing',
    );
  const real = failed.find(({ message }) => !NO_PROGRAM.test(message));
  const [any] = failed;
  return real === undefined
    ? no(`does not run any more, which proves nothing: ${line(any?.message ?? '')}`)
    : { proven: true, word: `fails: ${line(real.message)}` };
}

/** @param {string} word @returns {Verdict} */
function no(word) {
  return { proven: false, word };
}

/** What vitest has for a stack when a test's time ran out. */
const TIME_OUT = /^Error: STACK_TRACE_ERROR/;

/** The first line of a message, without colours. @param {string} message */
function line(message) {
  if (TIME_OUT.test(message)) return 'its time ran out';
  const [first = ''] = stripVTControlCharacters(message).trim().split('\n');
  return first.length <= 140 ? first : `${first.slice(0, 139)}…`;
}
