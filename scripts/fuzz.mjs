import { join } from 'node:path';
import { ROOT } from './build-targets.mjs';
import { parseFuzzArguments, summary, USAGE } from './fuzz-arguments.mjs';
import { loadTypeScript } from './typescript-module.mjs';

process.exit(await main(process.argv.slice(2)));

/** @param {readonly string[]} words @returns {Promise<number>} Exit code; 1 when something did not hold. */
async function main(words) {
  const parsed = parseFuzzArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`fuzz: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const { rounds, seed, at } = parsed.choice;
  // Before the first run, which counts what it opens: a pipe behind stdout opens with the first line.
  process.stdout.write(`fuzz: seed ${seed}\n`);
  const loaded = await loadTypeScript(join(ROOT, 'test/fuzz/targets.ts'));
  const { fuzzTarget } = /** @type {typeof import('../test/fuzz/targets.ts')} */ (loaded.module);
  const verdicts = [];
  for (const { target, requests } of rounds) {
    const start = performance.now();
    const seconds = () => ((performance.now() - start) / 1_000).toFixed(1);
    process.stdout.write(`fuzz ${target}: ${at === null ? `${requests} cases` : `case ${at}`}\n`);
    const step = Math.ceil(requests / 5);
    let line = step;
    const progress = (/** @type {number} */ played) => {
      if (played < line) return;
      process.stdout.write(`fuzz ${target}: ${played} cases, ${seconds()} s\n`);
      line = played + step - (played % step);
    };
    const result = await fuzzTarget({ target, requests, seed, at, progress });
    const text = summary(result, { target, seed }, seconds());
    process.stdout.write(text);
    verdicts.push({ line: text.trimEnd().split('\n').at(-1), ok: result.violations.length === 0 });
  }
  await loaded.close();
  if (verdicts.length > 1) process.stdout.write(`${verdicts.map(({ line }) => line).join('\n')}\n`);
  return verdicts.every(({ ok }) => ok) ? 0 : 1;
}
