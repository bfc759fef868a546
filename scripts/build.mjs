import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ROOT, TARGETS, configOf } from './build-targets.mjs';
import { licenceDocument, licenceFile, licencesIn } from './licence-list.mjs';
import { updateDefines } from './update-build.mjs';

/** @typedef {import('./build-targets.mjs').Target} Target */

/** Elsewhere by DIST, for two builds of one tree at a time; below the root, so that native modules are found. */
export const DIST = resolve(ROOT, process.env['DIST'] ?? 'dist');
/** What a bundle is made from; a change in any of it makes that bundle again. */
const SOURCES = /** @type {Record<Target, readonly string[]>} */ ({
  main: ['main', 'preload/contract.ts', 'preload/prompt-contract.ts'],
  preload: ['preload'],
  renderer: ['renderer', 'preload/contract.ts', 'preload/prompt-contract.ts'],
  cli: ['cli', 'assets/units', 'main/broker', 'main/headless', 'main/host', 'main/session/locks'],
  headless: ['main'],
  demo: ['scripts/demo', 'test/sandbox', 'main'],
});
/** What a shell can run. */
const PROGRAMS = /** @type {Partial<Record<Target, string>>} */ ({
  cli: 'globus-token.js',
  headless: 'globus-token-agent.js',
});
/** What kind of modules Node is to take them for; in a package of the app no other file says so. */
const MODULES = /** @type {Partial<Record<Target, string>>} */ ({ cli: 'commonjs', headless: 'module' });
/** Put beside a bundle as they are; what has no ending can be run. */
const BESIDE = /** @type {Partial<Record<Target, Readonly<Record<string, string>>>>} */ ({
  cli: {
    'globus-token': 'cli/launcher/globus-token.sh',
    'globus-token.cmd': 'cli/launcher/globus-token.cmd',
  },
});
/** Where the shell launcher takes in its parts: what its words mean, and the tables that it shares with the program. */
const PARTS = /^# The build puts in here: .*$/m;
/** Made by Vite among a bundle’s files, and then put where no package takes it. */
const LICENCES = 'licences.json';
const SHARED = [
  'package.json',
  'package-lock.json',
  'scripts/no-ajv.mjs',
  'scripts/build.mjs',
  'scripts/build-targets.mjs',
  'scripts/licence-list.mjs',
  'scripts/update-build.mjs',
];

/**
 * Builds what has changed since the last build.
 *
 * @param {{ only?: readonly Target[], force?: boolean }} [options]
 * @returns {Promise<readonly Target[]>} The bundles that were made.
 */
export async function build({ only = TARGETS, force = false } = {}) {
  const made = await inProduction(() => Promise.all(only.map((target) => buildTarget(target, force))));
  if (made.includes(true)) await writeLicences();
  return only.filter((_, index) => made[index]);
}

/**
 * Vite takes whether a build is for production from NODE_ENV alone, whatever its mode: under a test runner, which sets
 * its own, the page would get Svelte's checks for development.
 *
 * @template T
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
async function inProduction(run) {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    return await run();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

/** What a package passes on with the work of others; once all its bundles are there. */
async function writeLicences() {
  const list = await licencesIn(DIST);
  if (list === null) return;
  const fresh = join(DIST, `.licences-${process.pid}.md`);
  await writeFile(fresh, licenceDocument(list));
  await rename(fresh, join(DIST, 'LICENSES.md'));
}

/** @param {Target} target @param {boolean} force @returns {Promise<boolean>} */
async function buildTarget(target, force) {
  const stampFile = join(DIST, target, '.stamp');
  // What is put into a bundle from the environment is made from it, too.
  const extra = target === 'main' ? JSON.stringify(updateDefines(process.env)) : '';
  const stamp = (await hashOf([...SHARED, ...SOURCES[target]])) + extra;
  if (!force && (await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return false;

  // Made beside the old one and then swapped, so that a running app or a second build never sees half of it.
  const staging = join(DIST, `.${target}-${process.pid}`);
  const { build: viteBuild } = await import('vite');
  try {
    const config = await configOf(target, staging);
    await viteBuild({ ...config, build: { ...config.build, license: { fileName: LICENCES } } });
    await mkdir(dirname(licenceFile(DIST, target)), { recursive: true });
    await rename(join(staging, LICENCES), licenceFile(DIST, target));
    const type = MODULES[target];
    if (type !== undefined) await writeFile(join(staging, 'package.json'), `{ "type": "${type}" }\n`);
    const program = PROGRAMS[target];
    if (program !== undefined) await chmod(join(staging, program), 0o755);
    for (const [name, source] of Object.entries(BESIDE[target] ?? {})) {
      await copyFile(join(ROOT, source), join(staging, name));
      await chmod(join(staging, name), name.includes('.') ? 0o644 : 0o755);
    }
    if (target === 'cli') await addToCli(staging);
    await writeFile(join(staging, '.stamp'), stamp);
    await swap(staging, join(DIST, target));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return true;
}

/**
 * The parts of the shell launcher; the manual page and the shells' completion, made from the commands themselves, for
 * packages to install; and the adapters, for people to copy.
 *
 * @param {string} staging
 */
async function addToCli(staging) {
  const printed = async (/** @type {string[]} */ ...words) =>
    (await promisify(execFile)(process.execPath, [join(staging, 'globus-token.js'), ...words])).stdout;
  const launcher = join(staging, 'globus-token');
  const [before, after, ...more] = (await readFile(launcher, 'utf8')).split(PARTS);
  if (after === undefined || more.length > 0) throw new Error('The launcher has no one place for its parts.');
  const words = await readFile(join(ROOT, 'cli/launcher/words.sh'), 'utf8');
  await writeFile(launcher, `${before}${await printed('__launcher')}\n${words.trimEnd()}${after}`);
  await writeFile(join(staging, 'globus-token.1'), await printed('__manual'));
  await mkdir(join(staging, 'completion'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    await writeFile(join(staging, 'completion', shell), await printed('completion', shell));
  }
  await cp(join(ROOT, 'cli/adapters'), join(staging, 'adapters'), { recursive: true });
}

/**
 * Puts the new folder in the old one's place. A second build may do the same at this moment: whoever comes
 * last stays, and both are made from the same sources.
 *
 * @param {string} fresh @param {string} place
 */
async function swap(fresh, place) {
  const aside = `${fresh}-old`;
  for (let attempts = 0; ; attempts += 1) {
    await rename(place, aside).catch(() => undefined);
    try {
      await rename(fresh, place);
      break;
    } catch (error) {
      if (attempts === 10) throw error;
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }
}

/** @param {readonly string[]} paths Relative to the root; folders count with all they hold. */
async function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesUnder(join(ROOT, path))) {
      hash.update(`${relative(ROOT, file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {Promise<string[]>} Sorted; empty where there is nothing. */
async function filesUnder(path) {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null)
    return readFile(path)
      .then(() => [path])
      .catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  const unknown = names.filter((name) => !TARGETS.includes(/** @type {Target} */ (name)));
  if (unknown.length > 0) {
    process.stderr.write(`build: no bundle called ${unknown.join(', ')}; there are ${TARGETS.join(', ')}\n`);
    process.exit(2);
  }
  const started = performance.now();
  const made = await build({
    ...(names.length > 0 && { only: /** @type {Target[]} */ (names) }),
    force: process.argv.includes('--force'),
  });
  const took = ((performance.now() - started) / 1000).toFixed(1);
  if (made.length > 0) process.stderr.write(`built ${made.join(', ')} in ${took} s\n`);
}
