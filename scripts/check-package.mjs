import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** As electron-builder numbers processors (builder-util's `Arch`). */
const ARCHITECTURES = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'];
/** For the app from its archive, and for the command line beside it. */
const PLACES = ['app.asar.unpacked', 'resources'];

/** For Linux: of it electron-builder makes the folder below /opt (`wrongFolder`). Names that people read are set apart. */
export const LINUX_PRODUCT_NAME = 'globus-token-tray';

/**
 * electron-builder's `afterPack`: what is packed has keytar and koffi for its own system and processor, twice, and no
 * other native module. `npm ci` fetches koffi's binary for the building machine alone, so a package for another one
 * comes out without it unless it was added.
 *
 * @param {object} packed
 * @param {string} packed.appOutDir
 * @param {string} packed.electronPlatformName
 * @param {number} packed.arch
 * @param {{ appInfo: { sanitizedProductName: string } }} packed.packager
 * @throws {Error} Naming every file that lacks or should not be there.
 */
export default async function checkPackage({ appOutDir, electronPlatformName, arch, packager }) {
  const folder = wrongFolder(packager.appInfo.sanitizedProductName, electronPlatformName);
  if (folder !== null) throw new Error(folder);
  const entries = await readdir(appOutDir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.node'))
    .map((entry) => join(entry.parentPath, entry.name).slice(appOutDir.length + 1));
  const wrong = wrongNatives(files, electronPlatformName, ARCHITECTURES[arch] ?? 'unknown');
  if (wrong.length > 0) throw new Error(`native modules of ${appOutDir}: ${wrong.join('; ')}`);
}

/**
 * Chromium cuts the path of its setuid sandbox at spaces, so an app below such a folder does not start where the kernel
 * gives no user namespaces to users.
 *
 * @param {string} name Of the folder below /opt.
 * @param {string} platform As Node names it.
 * @returns {string | null} What is wrong.
 */
export function wrongFolder(name, platform) {
  if (platform !== 'linux' || !/\s/.test(name)) return null;
  return `/opt/${name} has a space; package with -c.productName=${LINUX_PRODUCT_NAME}`;
}

/**
 * @param {readonly string[]} files Paths of native modules below the package.
 * @param {string} platform As Node names it.
 * @param {string} arch
 * @returns {string[]} What is wrong, one sentence each.
 */
export function wrongNatives(files, platform, arch) {
  const wanted = [`keytar/prebuilds/${platform}-${arch}/`, `@koromix/koffi-${platform}-${arch}/`];
  /** @type {Set<string>} */
  const found = new Set();
  const foreign = files.filter((file) => {
    const [place = '', module = ''] = file.split(sep).join('/').split('/node_modules/');
    const which = wanted.find((prefix) => module.startsWith(prefix) && !module.includes('/musl_'));
    if (which === undefined) return true;
    found.add(`${place.endsWith(PLACES[0] ?? '') ? PLACES[0] : PLACES[1]}: ${which}`);
    return false;
  });
  const expected = PLACES.flatMap((place) => wanted.map((which) => `${place}: ${which}`));
  return [
    ...foreign.map((file) => `${file} is not for ${platform}-${arch}`),
    ...expected.filter((one) => !found.has(one)).map((one) => `${one} is missing`),
  ];
}
