import { stripVTControlCharacters } from 'node:util';
import { resultsIn, troubledFilesIn } from './checklist/results.mjs';

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @type {Count} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/** @param {readonly Count[]} counts @returns {Count} */
export function sum(counts) {
  return counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    NOTHING,
  );
}

/** A step without tests of its own (lint, types) counts as one. @param {number} exitCode @returns {Count} */
export function countStep(exitCode) {
  return exitCode === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
}

/**
 * Counts from vitest's JSON reporter. A file that broke before its tests ran counts as one failure, and so
 * does a run that failed with no failing test (an unhandled error), ran no test or left no report.
 *
 * @param {unknown} report Parsed JSON, or null when there is none.
 * @param {number} exitCode
 * @returns {Count}
 */
export function countVitest(report, exitCode) {
  const files = isRecord(report) && Array.isArray(report['testResults']) ? report['testResults'] : [];
  const total = sum(files.map(countFile));
  const wrong = exitCode !== 0 || total.passed === 0;
  return wrong && total.failed === 0 ? { ...total, failed: 1 } : total;
}

/** @param {unknown} file @returns {Count} */
function countFile(file) {
  if (!isRecord(file)) return NOTHING;
  const tests = Array.isArray(file['assertionResults']) ? file['assertionResults'] : [];
  const states = tests.map((test) => (isRecord(test) ? test['status'] : null));
  const failed = states.filter((state) => state === 'failed').length;
  const passed = states.filter((state) => state === 'passed').length;
  const broken = file['status'] === 'failed' && failed === 0;
  return { passed, failed: broken ? 1 : failed, skipped: states.length - passed - failed };
}

/**
 * The tests that failed, by vitest's JSON report, each on one line with the first line of what went wrong. A log may be
 * cut before it is read: its end still says which.
 *
 * @param {unknown} report
 * @param {string} root what file names are told from
 * @returns {string[]}
 */
export function failures(report, root) {
  const tests = resultsIn(report, root).filter(({ status }) => status === 'failed');
  return [
    ...tests.map(({ file, title, message }) => oneLine(`${file} > ${title}`, message)),
    ...troubledFilesIn(report, root).map(({ file, message }) => oneLine(file, message)),
  ];
}

/** @param {string} name @param {string} message */
function oneLine(name, message) {
  const why = stripVTControlCharacters(message).split('\n')[0] ?? '';
  return `failed: ${name}: ${why.slice(0, 200)}`;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null;
}

/**
 * The last line of `npm test`.
 *
 * @param {Count} count
 * @returns {string}
 */
export function summaryLine({ passed, failed, skipped }) {
  return `tests: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** On CI a skipped test is a failure: it would pass unseen for ever. @param {Count} count @param {boolean} ci */
export function succeeded({ passed, failed, skipped }, ci) {
  return passed > 0 && failed === 0 && !(ci && skipped > 0);
}
