import './node-version.mjs';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';
import { cacheFolder, resolveElectron } from './electron-runtime.mjs';
import { ensureSystemPackages, TEST_PACKAGES } from './system-packages.mjs';
import { ensureTestBrowser, findTestBrowser } from './test-browser.mjs';
import { filesWithoutParts, hasOwnRoot, OWN_ROOT, WINDOWS_NODE } from './test-parts.mjs';
import { filesThatShare } from './test-sharing.mjs';
import { countStep, countVitest, failures, NOTHING, succeeded, sum, summaryLine } from './test-summary.mjs';
import { ensureWindowsRuntime } from './windows-runtime.mjs';

/** @typedef {import('./test-summary.mjs').Count} Count */

const RESULTS = join(ROOT, 'test-results');
/** What a busy machine would make wrong. */
const MEASURING = ['test/e2e/idle.test.ts'];
/** What reads thousands of files spends a quarter of its time on making room in the usual 16 MB. */
const ROOMY = [process.env['NODE_OPTIONS'], '--max-semi-space-size=128'].filter(Boolean).join(' ');
const ci = Boolean(process.env['CI']);

await rm(RESULTS, { recursive: true, force: true });
await mkdir(RESULTS, { recursive: true });

/** @type {NodeJS.ProcessEnv} Every step runs the same Electron; extra CAs are for the registry, not for loopback. */
const env = { ...process.env };
delete env['NODE_EXTRA_CA_CERTS'];
const left = await filesWithoutParts(ROOT, await prepare());
for (const { file, lacks } of left) process.stdout.write(`skipped: ${file} (needs ${lacks.join(', ')})\n`);

/** @type {string[]} All that failed, said again at the end. */
const wrong = [];
const checks = await checked();
const unit = await unitTests();
const e2eFiles = (await readdir(join(ROOT, 'test/e2e'))).filter((name) => name.endsWith('.test.ts'));
const noneLeft = e2eFiles.every((name) => left.some(({ file }) => file === `test/e2e/${name}`));
const e2e = noneLeft ? NOTHING : await endToEnd();
const total = sum([...checks, unit, e2e, { ...NOTHING, skipped: left.length }]);

for (const line of wrong) process.stdout.write(`${line}\n`);
if (ci && total.skipped > 0) process.stdout.write('a skipped test is a failure on CI\n');
process.stdout.write(`${summaryLine(total)}\n`);
process.exitCode = succeeded(total, ci) ? 0 : 1;

/** @returns {Promise<string[]>} The real parts that this machine lacks. */
async function prepare() {
  try {
    // Keyring, tray host and X server are Linux's; elsewhere their tests are left out and counted.
    const missing = process.platform === 'linux' ? await packagesOfLinux() : [...TEST_PACKAGES];
    const electron = await resolveElectron({ allowTestRuntime: true }).catch(
      (/** @type {unknown} */ error) => {
        process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
        return null;
      },
    );
    if (electron !== null) env['ELECTRON_OVERRIDE_DIST_PATH'] = electron.dist;
    await build();
    if (!(await hasOwnRoot())) missing.push(OWN_ROOT);
    if (!missing.includes('wine64') && !(await hasWindowsNode())) missing.push(WINDOWS_NODE);
    return electron === null ? [...missing, 'electron'] : missing;
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.stdout.write(`${summaryLine(countStep(1))}\n`);
    process.exit(1);
  }
}

/** @returns {Promise<string[]>} Those that are missing still. */
async function packagesOfLinux() {
  // Once the pinned browser is here, no package of one is asked for.
  const browser = await findTestBrowser();
  const names = TEST_PACKAGES.filter((name) => name !== 'chromium' || browser === null);
  const missing = await ensureSystemPackages(names, { install: true });
  if (!missing.includes('chromium') || !(await fetched(ensureTestBrowser))) return missing;
  return missing.filter((name) => name !== 'chromium');
}

/**
 * Before the tests, as Electron is: none of them waits for a download.
 *
 * @param {(cache: string, announce: (line: string) => void) => Promise<unknown>} ensure
 * @returns {Promise<boolean>}
 */
function fetched(ensure) {
  return ensure(cacheFolder(), (line) => process.stderr.write(`${line}\n`)).then(
    () => true,
    (/** @type {unknown} */ error) => {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
      return false;
    },
  );
}

/** @returns {Promise<boolean>} */
async function hasWindowsNode() {
  return process.arch === 'x64' && (await fetched(ensureWindowsRuntime));
}

/**
 * The whole suite runs against a package: the one that users get, but for one fuse that lets a debugger in. Without one
 * (no keychain binary for this machine, say) the built bundles are run, and the failed package is counted.
 *
 * @returns {Promise<Count>}
 */
async function endToEnd() {
  const output = await mkdtemp(join(tmpdir(), 'packages-'));
  const inspectable = join(output, 'inspectable');
  try {
    const made = await run(process.execPath, [
      ...[join(ROOT, 'scripts/package.mjs'), '--test-runtime'],
      ...['--output', join(output, 'shipped'), '--inspectable', inspectable],
    ]);
    const failed = made.code !== 0;
    report('package', failed ? 'FAILED' : 'ok', made.seconds, failed ? made.output : '');
    if (!failed) {
      env['TRAY_SHIPPED'] = made.output.split('packaged in ')[1]?.split(',')[0]?.trim() ?? '';
      env['TRAY_UNDER_TEST'] = inspectable;
    }
    return sum([countStep(made.code), await endToEndTests()]);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/**
 * What `npm run lint` and `npm run types` say, two at a time: the tests come after it, since some measure time.
 *
 * @returns {Promise<Count[]>}
 */
async function checked() {
  const text = await readFile(join(ROOT, 'package.json'), 'utf8');
  const { scripts } = /** @type {{ scripts: { lint: string, types: string } }} */ (JSON.parse(text));
  // The linter takes longer than all others: it is first.
  const todo = [scripts.lint, scripts.types].flatMap((line) => line.split(' && ').map(words));
  /** @type {Count[]} */
  const counts = [];
  const lane = async () => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      const [program = '', ...rest] = next;
      const { code, output, seconds } = await run(program, rest, { ...env, NODE_OPTIONS: ROOMY });
      const name = rest.find((word) => !word.startsWith('-')) ?? program;
      report(name, code === 0 ? 'ok' : 'FAILED', seconds, code === 0 ? '' : output);
      counts.push(countStep(code));
    }
  };
  await Promise.all([lane(), lane()]);
  return counts;
}

/** @param {string} command of an installed package @returns {string[]} */
function words(command) {
  return ['npx', '--no-install', ...command.split(' ')];
}

/**
 * The files that share processes, then each of the others in one of its own.
 *
 * @returns {Promise<Count>}
 */
async function unitTests() {
  const shared = without(await filesThatShare(ROOT));
  return vitest('unit', [['--no-isolate', ...shared], shared.map((file) => `--exclude=${file}`)]);
}

/**
 * Each has a session of its own, so two files run side by side, but for those that measure.
 *
 * @returns {Promise<Count>}
 */
async function endToEndTests() {
  const measuring = without(MEASURING);
  return vitest('e2e', [
    ['--fileParallelism', ...MEASURING.map((file) => `--exclude=${file}`)],
    ...(measuring.length > 0 ? [measuring] : []),
  ]);
}

/** Those that can run here. @param {readonly string[]} files */
function without(files) {
  return files.filter((file) => left.every((one) => one.file !== file));
}

/**
 * One pass after the other; one report holds all of them, and none is left when one pass left none.
 *
 * @param {'unit' | 'e2e'} project
 * @param {readonly string[][]} passes What each is told besides.
 * @returns {Promise<Count>}
 */
async function vitest(project, passes) {
  const file = join(RESULTS, `${project}.json`);
  const counts = [];
  /** @type {({ testResults: unknown[] } | null)[]} */
  const reports = [];
  for (const words of passes) {
    await rm(file, { force: true });
    const { code, output, seconds } = await run(process.execPath, [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...left.map((one) => `--exclude=${one.file}`),
      ...words,
    ]);
    const json = await readFile(file, 'utf8').then(JSON.parse, () => null);
    const count = countVitest(json, code);
    report(project, summaryLine(count).replace('tests: ', ''), seconds, code === 0 ? '' : output);
    counts.push(count);
    reports.push(json);
    const named = failures(json, ROOT);
    // Something outside of every test, or nothing ran.
    wrong.push(...(count.failed > 0 && named.length === 0 ? [`failed: ${project}`] : named));
  }
  const whole = reports.filter((one) => one !== null);
  if (whole.length < passes.length) await rm(file, { force: true });
  else {
    const testResults = whole.flatMap((one) => one.testResults);
    await writeFile(file, JSON.stringify({ ...whole[0], testResults }));
  }
  return sum(counts);
}

/** @param {string} step @param {string} outcome @param {number} seconds @param {string} output */
function report(step, outcome, seconds, output) {
  process.stdout.write(`${step}: ${outcome} (${seconds.toFixed(1)} s)\n${output}`);
  if (outcome === 'FAILED') wrong.push(`failed: ${step}`);
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} itsEnv
 * @returns {Promise<{ code: number, output: string, seconds: number }>}
 */
function run(command, words, itsEnv = env) {
  return new Promise((settle) => {
    const started = performance.now();
    const child = spawn(command, words, { cwd: ROOT, env: itsEnv, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const done = (/** @type {number} */ code) =>
      settle({ code, output, seconds: (performance.now() - started) / 1000 });
    child.once('error', (error) => {
      output += `${error.message}\n`;
      done(127);
    });
    child.once('close', (code) => done(code ?? 1));
  });
}
