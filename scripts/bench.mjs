import { join } from 'node:path';
import { runnerImport } from 'vite';
import { parseBenchArguments, SUITES, table, USAGE } from './bench-arguments.mjs';
import { buildPage } from './bench-page.mjs';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';
import { cacheFolder, resolveElectron } from './electron-runtime.mjs';
import { DESKTOP_PACKAGES, ELECTRON_PACKAGES, ensureSystemPackages } from './system-packages.mjs';
import { ensureTestBrowser } from './test-browser.mjs';

// A variable of managed machines that costs every Node process 80 ms.
delete process.env['NODE_EXTRA_CA_CERTS'];
process.exit(await main(process.argv.slice(2)));

/** @typedef {(line: string) => void} Log */

/** @param {readonly string[]} words @returns {Promise<number>} Exit code; 1 when something is over its budget. */
async function main(words) {
  const parsed = parseBenchArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`bench: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const { json, only } = parsed.choice;
  if (only === 'list') {
    const keys = (await Promise.all(SUITES.map(load))).flatMap(({ BUDGETS }) => Object.keys(BUDGETS));
    process.stdout.write(json ? `${JSON.stringify(keys)}\n` : `${keys.join('\n')}\n`);
    return 0;
  }

  /** @type {Record<string, import('../test/bench/statistics.ts').Measurement>} */
  const results = {};
  for (const suite of SUITES.filter((name) => only === 'all' || only === name)) {
    const { prepare, measure } = await load(suite);
    await prepare();
    Object.assign(results, await measure((line) => process.stderr.write(`bench: ${line}\n`)));
  }
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : `${table(results)}\n`);
  return Object.values(results).every(({ ok }) => ok) ? 0 : 1;
}

/**
 * Node 20 reads no TypeScript; Vite does.
 *
 * @param {typeof SUITES[number]} suite
 */
async function load(suite) {
  const { module } = await runnerImport(join(ROOT, 'test/bench', `${suite}.ts`), {
    configFile: false,
    root: ROOT,
  });
  if (suite === 'broker') {
    const { BUDGETS, measureBroker } = /** @type {typeof import('../test/bench/broker.ts')} */ (module);
    return {
      BUDGETS,
      prepare: () => ensureSystemPackages(['oidc-agent-cli'], { install: true }),
      measure: (/** @type {Log} */ log) => measureBroker(ROOT, log),
    };
  }
  if (suite === 'cli') {
    const { BUDGETS, measureCli } = /** @type {typeof import('../test/bench/cli.ts')} */ (module);
    return {
      BUDGETS,
      prepare: async () => {
        await ensureSystemPackages(['oidc-agent-cli', 'curl'], { install: true });
        // Here, not by the suite: what the runner imported for it can load nothing more once the runner is closed.
        await build({ only: ['cli', 'headless'] });
      },
      measure: measureCli,
    };
  }
  if (suite === 'ui') {
    const { BUDGETS, measureUi } = /** @type {typeof import('../test/bench/ui.ts')} */ (module);
    return {
      BUDGETS,
      prepare: async () => {
        await ensureSystemPackages(['chromium'], { install: true });
        await ensureTestBrowser(cacheFolder(), (line) => process.stderr.write(`${line}\n`));
        await prepareDesktop();
      },
      measure: async (/** @type {Log} */ log) => measureUi(await buildPage(), log),
    };
  }
  const { BUDGETS, measureDesktop } = /** @type {typeof import('../test/bench/desktop.ts')} */ (module);
  return { BUDGETS, prepare: prepareDesktop, measure: measureDesktop };
}

async function prepareDesktop() {
  await ensureSystemPackages([...ELECTRON_PACKAGES, ...DESKTOP_PACKAGES], { install: true });
  const electron = await resolveElectron({ allowTestRuntime: true });
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = electron.dist;
  await build({ only: ['main', 'preload', 'renderer'] });
}
