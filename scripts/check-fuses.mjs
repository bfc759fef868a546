import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How a fuse is written into the executable; other states are those of no package of ours. */
const STATES = /** @type {Record<number, string>} */ ({ 48: 'off', 49: 'on', 114: 'removed' });

/** What a shipped package has to be (CHECKLIST 45). */
const WANTED = /** @type {const} */ ({
  RunAsNode: 'off',
  EnableNodeOptionsEnvironmentVariable: 'off',
  EnableNodeCliInspectArguments: 'off',
  GrantFileProtocolExtraPrivileges: 'off',
  OnlyLoadAppFromAsar: 'on',
  EnableEmbeddedAsarIntegrityValidation: 'on',
  EnableCookieEncryption: 'on',
});

const EXECUTABLES = /** @type {Record<string, string>} */ ({
  darwin: 'Globus Token Tray.app',
  win32: 'Globus Token Tray.exe',
});

/**
 * What the fuses are in; on macOS the app's own folder, in which `@electron/fuses` finds it.
 *
 * @param {string} folder Of an unpacked app for this system.
 */
export function executableIn(folder) {
  return join(folder, EXECUTABLES[process.platform] ?? 'globus-token-tray');
}

/**
 * Reads the fuses back from a packaged app: the configuration says what was meant, and this what came out.
 *
 * @param {string} executable
 * @returns {Promise<string[]>} What is wrong, one sentence each.
 * @throws {Error} When it has no fuses that can be read.
 */
export async function wrongFuses(executable) {
  const wire = await getCurrentFuseWire(executable);
  return Object.entries(WANTED).flatMap(([name, wanted]) => {
    const state = wire[FuseV1Options[/** @type {keyof typeof WANTED} */ (name)]];
    const is = STATES[state ?? -1] ?? 'not there';
    return is === wanted ? [] : [`${name} is ${is} and has to be ${wanted}`];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folders = process.argv.slice(2);
  try {
    if (folders.length === 0) throw new Error('usage: node scripts/check-fuses.mjs <unpacked app> …');
    for (const folder of folders) {
      const wrong = await wrongFuses(executableIn(folder));
      if (wrong.length > 0) throw new Error(`${folder}: ${wrong.join('; ')}`);
      process.stdout.write(`${folder}: every fuse is as it has to be\n`);
    }
  } catch (error) {
    process.stderr.write(`check-fuses: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
