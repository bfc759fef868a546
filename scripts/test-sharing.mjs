import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders whose tests call functions and start processes of their own; the rest has pages, bundles and shells. */
const FOLDERS = ['test/main', 'test/preload', 'test/sandbox'];

/** What belongs to a whole process, so that the file after it would meet it; or what a file says of itself. */
const OF_THE_PROCESS =
  /needs a process of its own|process\.(env\[|chdir|umask|on\(|once\(|emit|kill|exitCode)|vi\.(mock|doMock|stub|spyOn|useFake)|setMaxListeners|globalThis\./;

/** @param {string} source Text of a test file. @returns {boolean} */
export function leavesNothing(source) {
  return !OF_THE_PROCESS.test(source);
}

/**
 * The test files that may run one after the other in one process. A process of its own costs a file more than half a
 * second, which is longer than most of these take.
 *
 * @param {string} root
 * @returns {Promise<string[]>} Below the root.
 */
export async function filesThatShare(root) {
  const found = await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true }))
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
    ),
  );
  const files = found.flat().sort();
  const shares = await Promise.all(
    files.map(async (file) => leavesNothing(await readFile(join(root, file), 'utf8'))),
  );
  return files.filter((_, index) => shares[index]);
}
