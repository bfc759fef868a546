import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';

/**
 * @typedef {object} TestResult
 * @property {string} file Below the root.
 * @property {string} title Suites and the test's own, a space between each.
 * @property {string} status `passed`, `failed`, or a word for one that did not run.
 * @property {string} message The first failure's; empty without.
 */

export const REPORTS = ['unit.json', 'e2e.json'];

/**
 * What the last `npm test` left.
 *
 * @param {string} root
 * @returns {Promise<{ results: TestResult[], missing: string[] }>} The missing reports, below the root.
 */
export async function readReports(root) {
  /** @type {TestResult[]} */
  const results = [];
  /** @type {string[]} */
  const missing = [];
  for (const name of REPORTS) {
    const file = join('test-results', name);
    const report = await readFile(join(root, file), 'utf8').then(JSON.parse, () => null);
    if (report === null) missing.push(file);
    else results.push(...resultsIn(report, root));
  }
  return { results, missing };
}

/**
 * The tests in a report of vitest's JSON reporter. A file that did not load has none.
 *
 * @param {unknown} report
 * @param {string} root
 * @returns {TestResult[]}
 */
export function resultsIn(report, root) {
  return listOf(report, 'testResults').flatMap((file) =>
    listOf(file, 'assertionResults').map((test) => ({
      file: below(root, textOf(file, 'name')),
      title: textOf(test, 'fullName'),
      status: textOf(test, 'status'),
      message: String(listOf(test, 'failureMessages')[0] ?? ''),
    })),
  );
}

/**
 * Why files of a report did not load, or what failed outside of their tests.
 *
 * @param {unknown} report
 * @returns {string[]}
 */
export function troublesIn(report) {
  return troubledFilesIn(report, '').map(({ message }) => message);
}

/**
 * The same, and in which file.
 *
 * @param {unknown} report
 * @param {string} root
 * @returns {{ file: string, message: string }[]}
 */
export function troubledFilesIn(report, root) {
  return listOf(report, 'testResults')
    .map((file) => ({ file: below(root, textOf(file, 'name')), message: textOf(file, 'message') }))
    .filter(({ message }) => message !== '');
}

/** @param {string} root @param {string} file */
function below(root, file) {
  return isAbsolute(file) ? relative(root, file) : file;
}

/** @param {unknown} value @param {string} key @returns {unknown[]} */
function listOf(value, key) {
  const list = isRecord(value) ? value[key] : null;
  return Array.isArray(list) ? list : [];
}

/** @param {unknown} value @param {string} key @returns {string} */
function textOf(value, key) {
  const text = isRecord(value) ? value[key] : null;
  return typeof text === 'string' ? text : '';
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null;
}
