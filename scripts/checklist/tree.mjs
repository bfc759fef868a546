import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runnerImport } from 'vite';

/**
 * @typedef {import('../../test/checklist/types.ts').Entry} Entry
 * @typedef {{ section: string, number: number, text: string }} Statement
 */

/**
 * The statements of docs/checklist.md, in its order.
 *
 * @param {string} markdown
 * @returns {Statement[]}
 */
export function statementsIn(markdown) {
  let section = '';
  /** @type {Statement[]} */
  const statements = [];
  for (const line of markdown.split('\n')) {
    section = /^## (.+)$/.exec(line)?.[1] ?? section;
    const item = /^(\d+)\. (.+)$/.exec(line);
    if (item !== null) statements.push({ section, number: Number(item[1]), text: item[2] ?? '' });
  }
  return statements;
}

/**
 * Which statements a title proves: `[C4]`, also several in one, `[C48, C49]`.
 *
 * @param {string} title
 * @returns {number[]}
 */
export function numbersIn(title) {
  const tags = title.match(/\[C\d+(?:, C\d+)*\]/g) ?? [];
  return [...new Set(tags.flatMap((tag) => (tag.match(/\d+/g) ?? []).map(Number)))];
}

/**
 * The tables of test/checklist/, one per section.
 *
 * @param {string} root
 * @returns {Promise<Entry[]>} Sorted by number.
 */
export async function loadEntries(root) {
  const folder = join(root, 'test/checklist');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && name !== 'types.ts').sort();
  // Node 20 reads no TypeScript; Vite does.
  const tables = await Promise.all(
    names.map(async (name) => {
      const { module } = await runnerImport(join(folder, name), { configFile: false, root });
      return /** @type {{ entries: readonly Entry[] }} */ (module).entries;
    }),
  );
  return tables.flat().sort((one, other) => one.number - other.number);
}

/**
 * Which test files name which statements in their text, run or not.
 *
 * @param {string} root
 * @returns {Promise<Map<string, number[]>>} By file, below the root.
 */
export async function numbersByFile(root) {
  const names = (await readdir(join(root, 'test'), { recursive: true })).filter((name) =>
    name.endsWith('.test.ts'),
  );
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const name of names.sort()) {
    const text = await readFile(join(root, 'test', name), 'utf8');
    const titles = text.match(/['"`][^'"`\n]*\[C\d+[^'"`\n]*/g) ?? [];
    const numbers = [...new Set(titles.flatMap(numbersIn))];
    if (numbers.length > 0) found.set(`test/${name}`, numbers);
  }
  return found;
}
