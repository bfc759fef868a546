import { lineOf } from './gaps.mjs';
import { numbersIn } from './tree.mjs';

/**
 * @typedef {import('./gaps.mjs').Checklist} Checklist
 * @typedef {import('./gaps.mjs').Gap} Gap
 */

const WIDTH = 110;

/**
 * Number, tests that name it, their last result, and where the product is broken to see them fail.
 *
 * @param {Checklist} checklist
 * @param {readonly Gap[]} gaps
 * @param {readonly number[] | null} numbers Only these, with every title; `null` is all of them, by file.
 * @returns {string}
 */
export function checklistText(checklist, gaps, numbers) {
  /** @type {string[]} */
  const lines = [];
  let section = '';
  for (const statement of checklist.statements) {
    if (numbers !== null && !numbers.includes(statement.number)) continue;
    if (statement.section !== section) lines.push('', statement.section);
    section = statement.section;
    lines.push(
      `${String(statement.number).padStart(2)}  ${numbers === null ? cut(statement.text) : statement.text}`,
    );
    lines.push(...testLines(checklist, statement.number, numbers !== null));
    lines.push(...breakLines(checklist, statement.number));
  }
  const shown = gaps.filter(({ number }) => numbers === null || number === null || numbers.includes(number));
  lines.push('', ...shown.map(({ number, what }) => `gap: ${number === null ? '' : `C${number} `}${what}`));
  return `${[...lines, summaryOf(checklist, gaps)].join('\n').trim()}\n`;
}

/** @param {Checklist} checklist @param {readonly Gap[]} gaps @returns {string} */
function summaryOf({ statements, entries }, gaps) {
  const open = new Set(gaps.map(({ number }) => number));
  const whole = statements.filter(({ number }) => !open.has(number)).length;
  const breaks = entries.reduce((total, entry) => total + entry.breaks.length, 0);
  return `checklist: ${whole} of ${statements.length} whole, ${breaks} breaks, ${gaps.length} gaps`;
}

/** @param {Checklist} checklist @param {number} number @param {boolean} titles @returns {string[]} */
function testLines({ results, named }, number, titles) {
  const tests = results.filter(({ title }) => numbersIn(title).includes(number));
  if (titles) return tests.map(({ status, file, title }) => `      ${status.padEnd(8)} ${file}: ${title}`);
  const files = new Set(tests.map(({ file }) => file));
  for (const [file, numbers] of named) if (numbers.includes(number)) files.add(file);
  return [...files].sort().map((file) => {
    const states = tests.filter((test) => test.file === file).map(({ status }) => status);
    const counts = [...new Set(states)]
      .sort()
      .map((state) => `${states.filter((one) => one === state).length} ${state}`);
    return `      ${counts.join(', ') || 'did not run'}  ${file}`;
  });
}

/** @param {Checklist} checklist @param {number} number @returns {string[]} */
function breakLines({ entries, sources }, number) {
  return entries
    .filter((entry) => entry.number === number)
    .flatMap(({ breaks, elsewhere }) => [
      ...breaks.map((one) => {
        const place = `${one.file}:${lineOf(sources.get(one.file) ?? '', one)}`;
        return `      broken in ${place}, seen ${one.seen || 'never'} by ${one.test}`;
      }),
      ...(elsewhere ?? []).map(
        ({ systems, why, seam }) =>
          `      on ${systems.join(' and ')} up to the native call, “${seam}”: ${why}`,
      ),
    ]);
}

/** @param {string} text */
function cut(text) {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}
