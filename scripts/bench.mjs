import { join } from 'node:path';
import { runnerImport } from 'vite';
import { parseBenchArguments, table, USAGE } from './bench-arguments.mjs';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { DESKTOP_PACKAGES, ELECTRON_PACKAGES, ensureSystemPackages } from './system-packages.mjs';

process.exit(await main(process.argv.slice(2)));

/** @param {readonly string[]} words @returns {Promise<number>} Exit code; 1 when something is over its budget. */
async function main(words) {
  const parsed = parseBenchArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`bench: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const { json, only } = parsed.choice;
  // Node 20 reads no TypeScript; Vite does.
  const { module } = await runnerImport(join(ROOT, 'test/bench/desktop.ts'), {
    configFile: false,
    root: ROOT,
  });
  const { BUDGETS, measureDesktop } = /** @type {typeof import('../test/bench/desktop.ts')} */ (module);
  if (only === 'list') {
    const keys = Object.keys(BUDGETS);
    process.stdout.write(json ? `${JSON.stringify(keys)}\n` : `${keys.join('\n')}\n`);
    return 0;
  }

  await ensureSystemPackages([...ELECTRON_PACKAGES, ...DESKTOP_PACKAGES], { install: true });
  const electron = await resolveElectron({ allowTestRuntime: true });
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = electron.dist;
  await build({ only: ['main', 'preload', 'renderer'] });

  const results = await measureDesktop((line) => process.stderr.write(`bench: ${line}\n`));
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : `${table(results)}\n`);
  return Object.values(results).every(({ ok }) => ok) ? 0 : 1;
}
