import './node-version.mjs';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';
import { parseDemoArguments, hasDisplay, USAGE } from './demo-arguments.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { sandboxArguments } from './process-sandbox.mjs';
import { ELECTRON_PACKAGES, ensureSystemPackages, TERMINAL_PACKAGES } from './system-packages.mjs';

/** As a shell and the loader of libraries give it; the app never ends with it. */
const NOT_STARTED = 127;

const NO_WALLS =
  'demo: this system gives programs of yours no namespaces, so this demo runs without Chromium’s process sandbox\n';

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(name, () => {
    // A terminal's Ctrl+C reaches the children too; a second signal does them no harm.
    for (const child of children) child.kill(name);
    setTimeout(() => {
      for (const child of children) child.kill('SIGKILL');
    }, 3_000).unref();
    void Promise.all([...children].map(ended)).then(() => process.exit(128 + constants.signals[name]));
  });
}

process.exitCode = await main(process.argv.slice(2));

/** @param {readonly string[]} words @returns {Promise<number>} Exit code. */
async function main(words) {
  const parsed = parseDemoArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`demo: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const { mode, testRuntime } = parsed.choice;
  if (mode === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (mode !== 'desktop') return terminalDemo(mode);

  if (!hasDisplay(process.env, process.platform)) {
    process.stderr.write('demo: no display here, so it runs in the terminal\n');
    return terminalDemo('terminal');
  }
  await ensureSystemPackages([...ELECTRON_PACKAGES, ...TERMINAL_PACKAGES], { install: true });
  const allowTestRuntime = testRuntime || Boolean(process.env['CI']);
  const electron = await resolveElectron({ allowTestRuntime }).catch((error) => {
    process.stderr.write(`demo: ${error.message}\n`);
    if (!allowTestRuntime) process.stderr.write('hint: npm run demo -- --test-runtime\n');
    process.stderr.write('demo: running in the terminal instead\n');
    return null;
  });
  if (electron === null) return terminalDemo('terminal');
  const code = await desktopDemo(electron.executable);
  if (code !== NOT_STARTED) return code;
  process.stderr.write('demo: Electron lacks something of this system, so it runs in the terminal instead\n');
  return terminalDemo('terminal');
}

/** @param {'terminal' | 'script'} mode */
async function terminalDemo(mode) {
  if ((await ensureSystemPackages(TERMINAL_PACKAGES, { install: true })).length > 0) return 1;
  await build({ only: ['demo'] });
  const child = start(process.execPath, [
    join(ROOT, 'dist/demo/terminal.js'),
    ...(mode === 'script' ? ['--script'] : []),
  ]);
  return ended(child);
}

/** @param {string} executable */
async function desktopDemo(executable) {
  await build({ only: ['main', 'preload', 'renderer', 'demo'] });
  const sandbox = spawn(process.execPath, [join(ROOT, 'dist/demo/sandbox.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.add(sandbox);
  const { auth, flows, clientId } = await firstLine(sandbox.stdout);
  process.stderr.write(`demo: a fake Globus listens on ports ${auth} and ${flows}; Ctrl+C ends both\n`);
  const walls = await sandboxArguments(dirname(executable));
  if (walls.length > 0 && process.getuid?.() !== 0) process.stderr.write(NO_WALLS);
  const app = start(executable, [...walls, ROOT, `--demo=${auth},${flows}`, `--demo-client=${clientId}`]);
  const code = await ended(app);
  const sandboxEnded = ended(sandbox);
  sandbox.stdin.end();
  await sandboxEnded;
  return code;
}

/** @param {string} command @param {readonly string[]} words */
function start(command, words) {
  const child = spawn(command, words, { stdio: 'inherit' });
  children.add(child);
  return child;
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} Exit code as a shell gives it. */
function ended(child) {
  return new Promise((settle) => {
    const done = (/** @type {number} */ code) => {
      children.delete(child);
      settle(code);
    };
    if (child.exitCode !== null) return done(child.exitCode);
    child.once('error', () => done(127));
    child.once('exit', (code, signal) =>
      done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/**
 * @param {import('node:stream').Readable} stream
 * @returns {Promise<{ auth: number, flows: number, clientId: string }>}
 */
async function firstLine(stream) {
  for await (const line of createInterface({ input: stream })) return JSON.parse(line);
  throw new Error('the fake Globus ended before it was ready');
}
