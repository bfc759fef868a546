export const USAGE = `usage: npm run checklist [-- NUMBER…] [-- --break NUMBER…|all]

Shows for each statement of docs/checklist.md the tests that name it, their result in the last npm test, and the
change to the product that they were seen to fail with. Ends with 1 if anything is missing.

  4 7 10-12       these alone, with every title
  --break 4 10-12 breaks the product in a copy of the tree and demands that the tests fail there
  --break all     for every number
`;

/**
 * @typedef {{ numbers: readonly number[] | null, breaking: boolean }} ChecklistChoice `null`: all numbers.
 *
 * @param {readonly string[]} words
 * @returns {{ ok: true, choice: ChecklistChoice } | { ok: false, message: string }}
 */
export function parseChecklistArguments(words) {
  const breaking = words.includes('--break');
  const rest = words.filter((word) => word !== '--break');
  if (breaking && rest.length === 1 && rest[0] === 'all')
    return { ok: true, choice: { numbers: null, breaking } };
  if (breaking && rest.length === 0) return { ok: false, message: '--break takes numbers, or all' };
  /** @type {number[]} */
  const numbers = [];
  for (const word of rest) {
    const range = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(word);
    if (range === null) return { ok: false, message: `unknown argument ${JSON.stringify(word)}` };
    const first = Number(range[1]);
    for (let number = first; number <= Number(range[2] ?? first); number += 1) numbers.push(number);
  }
  return { ok: true, choice: { numbers: numbers.length === 0 ? null : numbers, breaking } };
}
