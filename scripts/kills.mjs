import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './build-targets.mjs';
import { build } from './build.mjs';
import { parseKillsArguments, summary, USAGE } from './kills-arguments.mjs';

process.exit(await main(process.argv.slice(2)));

/** @param {readonly string[]} words @returns {Promise<number>} Exit code; 1 when something did not hold. */
async function main(words) {
  const parsed = parseKillsArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`kills: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const { choice } = parsed;
  await build({ only: ['headless'] });
  // Node 20 reads no TypeScript; Vite does.
  const { module } = await runnerImport(join(ROOT, 'test/kills/run.ts'), { configFile: false, root: ROOT });
  const { runKills } = /** @type {typeof import('../test/kills/run.ts')} */ (module);
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1_000).toFixed(1);
  process.stdout.write(`kills: ${choice.kills}, seed ${choice.seed}\n`);
  const result = await runKills({
    ...choice,
    progress: (kills) => {
      if (kills % 25 === 0) process.stdout.write(`kills: ${kills}, ${seconds()} s\n`);
    },
  });
  process.stdout.write(summary(result, choice, seconds()));
  return result.violations.length === 0 ? 0 : 1;
}
