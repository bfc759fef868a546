import { spawn } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureTestRuntime } from './test-runtime.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable
 * @property {string} dist The folder that holds it.
 * @property {string} version Without a leading v.
 * @property {boolean} official False for the unofficial test runtime.
 */

const DOWNLOAD_LIMIT = 20_000;
const EXECUTABLES = /** @type {Record<string, string>} */ ({
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
});
const EXECUTABLE = EXECUTABLES[process.platform] ?? 'electron';

/**
 * Finds an Electron to run, in this order: ELECTRON_OVERRIDE_DIST_PATH, the one that the npm package
 * `electron` has fetched, the one it fetches now (at most 20 s; a failure is remembered for the day), and,
 * only where allowed and on linux-x64, the pinned test runtime.
 *
 * @param {{ allowTestRuntime: boolean, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<ElectronRuntime>}
 * @throws When there is none; the message names the way out.
 */
export async function resolveElectron({ allowTestRuntime, env = process.env }) {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override) return describe(override, true);

  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const dist = join(folder, 'dist');
  const version = await packageVersion(folder);
  if ((await versionOf(dist)) === version) return describe(dist, true);

  const cache = cacheFolder(env);
  if (await download(folder, cache, version)) return describe(dist, true);

  if (!allowTestRuntime || process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `Electron ${version} could not be downloaded from GitHub. Behind a proxy or a mirror, set ` +
        'HTTPS_PROXY or ELECTRON_MIRROR; with a copy at hand, set ELECTRON_OVERRIDE_DIST_PATH to its folder.',
    );
  }
  const runtime = await ensureTestRuntime(cache, announce);
  const described = await describe(runtime, false);
  announce(`using Electron ${described.version}, an unofficial build for tests, not for signing in for real`);
  return described;
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string} Where fetched runtimes stay.
 */
export function cacheFolder(env = process.env) {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'globus-token-tray');
}

/** @param {string} dist @param {boolean} official @returns {Promise<ElectronRuntime>} */
async function describe(dist, official) {
  const executable = join(dist, EXECUTABLE);
  if (!(await stat(executable).catch(() => null))) throw new Error(`there is no Electron at ${executable}`);
  const version = (await versionOf(dist)) ?? 'unknown';
  return { executable, dist, version, official: official && !(await hasLoader(dist)) };
}

/** The override may point at a test runtime too: its loader tells. @param {string} dist */
async function hasLoader(dist) {
  const manifest = await readFile(join(dist, 'resources', 'app', 'package.json'), 'utf8').catch(() => '');
  return manifest.includes('"loader"');
}

/** @param {string} dist @returns {Promise<string | null>} */
async function versionOf(dist) {
  const text = await readFile(join(dist, 'version'), 'utf8').catch(() => null);
  if (text === null || !(await stat(join(dist, EXECUTABLE)).catch(() => null))) return null;
  return text.trim().replace(/^v/, '');
}

/** @param {string} folder @returns {Promise<string>} */
async function packageVersion(folder) {
  const manifest = /** @type {{ version: string }} */ (
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  );
  return manifest.version;
}

/**
 * Electron's own installer, bounded, because a filtered network drops packets rather than refusing them.
 *
 * @param {string} folder @param {string} cache @param {string} version @returns {Promise<boolean>}
 */
async function download(folder, cache, version) {
  const mark = join(cache, `download-of-${version}-failed`);
  const today = new Date().toISOString().slice(0, 10);
  if ((await readFile(mark, 'utf8').catch(() => '')) === today) return false;
  announce(`downloading Electron ${version} (at most ${DOWNLOAD_LIMIT / 1000} s)`);
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore' });
  const limit = setTimeout(() => child.kill('SIGKILL'), DOWNLOAD_LIMIT);
  const code = await new Promise((settle) => {
    child.once('error', () => settle(-1));
    child.once('exit', (status) => settle(status ?? -1));
  });
  clearTimeout(limit);
  if (code === 0 && (await versionOf(join(folder, 'dist'))) === version) return true;
  await mkdir(cache, { recursive: true });
  await writeFile(mark, today);
  return false;
}

/** @param {string} line */
function announce(line) {
  process.stderr.write(`electron: ${line}\n`);
}
