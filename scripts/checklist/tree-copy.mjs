import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { resultsIn, troublesIn } from './results.mjs';

/**
 * @typedef {import('../../test/checklist/types.ts').Break} Break
 * @typedef {{ results: import('./results.mjs').TestResult[], troubles: string[] }} Run
 */

/** What a copy makes for itself. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', 'release', 'test-results']);
/** One test file, at most. */
const LIMIT = 900_000;

/** A copy of the tree to break, in a temporary folder. Its modules are those of the tree, by links. */
export class TreeCopy {
  /** @type {string} */
  #folder;
  /** @type {NodeJS.ProcessEnv} */
  #env;
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null;

  /**
   * @param {string} root
   * @param {NodeJS.ProcessEnv} env What the tests need; a build elsewhere and extra CAs are left out.
   */
  static async of(root, env) {
    const folder = await mkdtemp(join(tmpdir(), 'globus-token-checklist-'));
    // Some tests run the product as another user, who has to be able to read it.
    await chmod(folder, 0o755);
    for (const name of await readdir(root))
      if (!LEFT_OUT.has(name)) await cp(join(root, name), join(folder, name), { recursive: true });
    await giveModules(join(root, 'node_modules'), join(folder, 'node_modules'));
    const own = { ...env };
    for (const name of ['DIST', 'TRAY_UNDER_TEST', 'NODE_EXTRA_CA_CERTS']) delete own[name];
    return new TreeCopy(folder, own);
  }

  /** @param {string} folder @param {NodeJS.ProcessEnv} env */
  constructor(folder, env) {
    this.#folder = folder;
    this.#env = env;
  }

  /**
   * Applies a break, does the work, and takes the break back.
   *
   * @template T
   * @param {Break} one
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async broken({ file, from, to }, work) {
    const place = join(this.#folder, file);
    const text = await readFile(place, 'utf8');
    await writeFile(
      place,
      text.replace(from, () => to),
    );
    try {
      return await work();
    } finally {
      await writeFile(place, text);
    }
  }

  /**
   * Runs a test file, or the tests in it whose full title holds the one given. Builds first what it needs.
   *
   * @param {string} test
   * @param {string | null} title
   * @returns {Promise<Run>}
   */
  async run(test, title) {
    if (await needsBuild(this.#folder, test)) {
      const { code, output } = await this.#spawn(['scripts/build.mjs']);
      if (code !== 0) return { results: [], troubles: [`no build: ${output}`] };
    }
    const file = join(this.#folder, 'report.json');
    await rm(file, { force: true });
    const { output } = await this.#spawn([
      'node_modules/vitest/vitest.mjs',
      'run',
      test,
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...(title === null ? [] : [`--testNamePattern=${escaped(title)}`]),
    ]);
    const report = await readFile(file, 'utf8').then(JSON.parse, () => null);
    if (report === null) return { results: [], troubles: [output] };
    const results = resultsIn(report, this.#folder).filter((result) => result.file === test);
    return { results, troubles: troublesIn(report) };
  }

  async remove() {
    this.#end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @param {readonly string[]} words For Node. @returns {Promise<{ code: number, output: string }>} */
  #spawn(words) {
    return new Promise((settle) => {
      const child = spawn(process.execPath, words, {
        cwd: this.#folder,
        env: this.#env,
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own: a broken product may leave children that wait for ever.
        detached: true,
      });
      this.#child = child;
      const limit = setTimeout(() => this.#end(), LIMIT);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => (output += String(chunk)));
      child.once('exit', (code) => {
        clearTimeout(limit);
        this.#end();
        settle({ code: code ?? 1, output });
      });
    });
  }

  #end() {
    const pid = this.#child?.pid;
    this.#child = null;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  }
}

/** For `--testNamePattern`, which is a pattern. @param {string} title */
export function escaped(title) {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * Whether a test runs built bundles: it, or a helper that it imports, knows the folder or starts the app.
 *
 * @param {string} root
 * @param {string} test
 * @returns {Promise<boolean>}
 */
export async function needsBuild(root, test) {
  if (test.startsWith('test/e2e/')) return true;
  const seen = new Set([test]);
  for (const file of seen) {
    if (file === 'test/support/dist.ts') return true;
    const text = await readFile(join(root, file), 'utf8').catch(() => '');
    for (const [, path = ''] of text.matchAll(/from '(\.{1,2}\/[^']+\.ts)'/g)) {
      const target = relative(root, resolve(root, dirname(file), path));
      if (target.startsWith('test/')) seen.add(target);
    }
  }
  return false;
}

/**
 * A link for each file, since the packager takes no native module from a folder that is a link itself. By that, where the
 * temporary folder is on another disk or the system has no such `cp`.
 *
 * @param {string} from
 * @param {string} to
 * @returns {Promise<void>}
 */
async function giveModules(from, to) {
  const child = spawn('cp', ['--archive', '--link', from, to], { stdio: 'ignore' });
  const code = await new Promise((settle) => {
    child.once('error', () => settle(1));
    child.once('exit', settle);
  });
  if (code === 0) {
    // What is written again and again is not shared.
    for (const name of ['.cache', '.vite']) await rm(join(to, name), { recursive: true, force: true });
    return;
  }
  await rm(to, { recursive: true, force: true });
  await symlink(from, to);
}
