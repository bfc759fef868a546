import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Ubuntu, since 23.10: only programs with a profile of AppArmor's may do something in a namespace of their own. */
const RESTRICTED = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';

/**
 * @typedef {object} Rights
 * @property {boolean} root
 * @property {() => Promise<{ uid: number, mode: number } | null>} helper Of Chromium's setuid helper.
 * @property {() => Promise<string>} restricted What the kernel says to RESTRICTED.
 * @property {() => Promise<boolean>} namespaces Whether a user's program gets one.
 */

/**
 * With what Electron starts for the demo and the tests: where Chromium can wall off no process of this user's, it would
 * end at once. The pages' own sandbox stays on, and nothing real is signed in to; `npm start` never asks this.
 *
 * @param {string} [dist] Electron's folder, for the helper in it.
 * @param {Rights} [rights]
 * @returns {Promise<string[]>}
 */
export async function sandboxArguments(dist, rights = rightsHere(dist)) {
  return (await canWallOff(rights)) ? [] : ['--no-sandbox'];
}

/** @param {Rights} rights @returns {Promise<boolean>} */
async function canWallOff(rights) {
  if (rights.root) return false;
  const helper = await rights.helper();
  if (helper !== null && helper.uid === 0 && (helper.mode & 0o4001) === 0o4001) return true;
  return (await rights.restricted()).trim() !== '1' && (await rights.namespaces());
}

/** @returns {Promise<boolean>} Whether the kernel gives this user a namespace to be root in. */
export async function hasNamespaces() {
  const child = spawn('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore' });
  return Promise.race([
    once(child, 'error').then(() => false),
    once(child, 'exit').then(([code]) => code === 0),
  ]);
}

/** @param {string} [dist] @returns {Rights} */
function rightsHere(dist) {
  return {
    root: process.getuid?.() === 0,
    helper: async () => (dist === undefined ? null : stat(join(dist, 'chrome-sandbox')).catch(() => null)),
    restricted: () => readFile(RESTRICTED, 'utf8').catch(() => ''),
    // Other systems wall a process off in ways of their own.
    namespaces: async () => process.platform !== 'linux' || hasNamespaces(),
  };
}
