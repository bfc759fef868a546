import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './build-targets.mjs';
import { parseChecklistArguments, USAGE } from './checklist/arguments.mjs';
import { tryBreaks } from './checklist/breaks.mjs';
import { gapsIn } from './checklist/gaps.mjs';
import { checklistText } from './checklist/print.mjs';
import { readReports } from './checklist/results.mjs';
import { TreeCopy } from './checklist/tree-copy.mjs';
import { loadEntries, numbersByFile, statementsIn } from './checklist/tree.mjs';
import { resolveElectron } from './electron-runtime.mjs';

process.exitCode = await main(process.argv.slice(2));

/** @param {readonly string[]} words @returns {Promise<number>} Exit code; 1 when something is missing. */
async function main(words) {
  const parsed = parseChecklistArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`checklist: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const { numbers, breaking } = parsed.choice;
  const entries = await loadEntries(ROOT);
  const sources = await sourcesOf(entries);
  if (breaking) return breakProduct(entries, sources, numbers);

  const checklist = {
    statements: statementsIn(await readFile(join(ROOT, 'docs/checklist.md'), 'utf8')),
    entries,
    sources,
    named: await numbersByFile(ROOT),
    ...(await readReports(ROOT)),
  };
  const gaps = gapsIn(checklist);
  process.stdout.write(checklistText(checklist, gaps, numbers));
  return gaps.length === 0 ? 0 : 1;
}

/**
 * @param {readonly import('./checklist/tree.mjs').Entry[]} entries
 * @returns {Promise<Map<string, string>>} Text by file.
 */
async function sourcesOf(entries) {
  /** @type {Map<string, string>} */
  const sources = new Map();
  for (const { file } of entries.flatMap(({ breaks }) => breaks)) {
    const text = await readFile(join(ROOT, file), 'utf8').catch(() => null);
    if (text !== null) sources.set(file, text);
  }
  return sources;
}

/**
 * @param {readonly import('./checklist/tree.mjs').Entry[]} entries
 * @param {ReadonlyMap<string, string>} sources
 * @param {readonly number[] | null} numbers
 * @returns {Promise<number>} Exit code.
 */
async function breakProduct(entries, sources, numbers) {
  const chosen = entries.filter(({ number }) => numbers === null || numbers.includes(number));
  const without = (numbers ?? []).filter((number) => !entries.some((entry) => entry.number === number));
  for (const number of without) process.stdout.write(`NO  C${number} has no break\n`);
  const electron = await resolveElectron({ allowTestRuntime: true }).catch(() => null);
  const env =
    electron === null ? process.env : { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: electron.dist };
  const copy = await TreeCopy.of(ROOT, env);
  for (const [name, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]))
    process.once(name, () => void copy.remove().then(() => process.exit(code)));
  try {
    const unproven = await tryBreaks(copy, chosen, sources, (line) => process.stdout.write(`${line}\n`));
    const count = chosen.reduce((total, { breaks }) => total + breaks.length, 0);
    process.stdout.write(`checklist: ${count} breaks, ${unproven + without.length} not seen to fail\n`);
    return unproven + without.length === 0 ? 0 : 1;
  } finally {
    await copy.remove();
  }
}
