import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './build-targets.mjs';
import { parseFuzzArguments, summary, USAGE } from './fuzz-arguments.mjs';

process.exit(await main(process.argv.slice(2)));

/** @param {readonly string[]} words @returns {Promise<number>} Exit code; 1 when something did not hold. */
async function main(words) {
  const parsed = parseFuzzArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`fuzz: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const { choice } = parsed;
  // Node 20 reads no TypeScript; Vite does.
  const { module } = await runnerImport(join(ROOT, 'test/fuzz/run.ts'), { configFile: false, root: ROOT });
  const { runFuzz } = /** @type {typeof import('../test/fuzz/run.ts')} */ (module);
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1_000).toFixed(1);
  // Before the run, which counts what it opens: a pipe behind stdout opens with the first line.
  process.stdout.write(`fuzz: ${choice.requests} requests, seed ${choice.seed}\n`);
  let line = 20_000;
  const result = await runFuzz({
    ...choice,
    progress: (played) => {
      if (played < line) return;
      process.stdout.write(`fuzz: ${played} requests, ${seconds()} s\n`);
      line = played + 20_000 - (played % 20_000);
    },
  });
  process.stdout.write(summary(result, choice, seconds()));
  return result.violations.length === 0 ? 0 : 1;
}
