import { spawn } from 'node:child_process';

/** Waits for another apt-get; says nothing but its errors. */
const WORDS = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
const INSTALL = ['install', '-y', '--no-install-recommends'];

/**
 * Installs packages with apt-get, as root. What this release does not have keeps nothing else from being installed.
 *
 * @param {readonly (readonly string[])[][]} wanted For each part the sets of packages that would do, the best first.
 * @param {(line: string) => void} say What apt-get said where it could not.
 * @returns {Promise<void>}
 */
export async function aptInstall(wanted, say) {
  const known = await namesHere(wanted);
  // What has no package by this list may have one by a newer list.
  const all = known.every((set) => set.length > 0);
  if (all && (await apt([...INSTALL, ...known.flat()])) === '') return;
  await apt(['update']);
  const sets = await namesHere(wanted);
  if ((await apt([...INSTALL, ...sets.flat()])) === '') return;
  for (const set of sets) {
    const trouble = await apt([...INSTALL, ...set]);
    if (trouble !== '') say(trouble);
  }
}

/**
 * By their own names: Ubuntu gives somebody who wants Chromium a package that calls for a snap.
 *
 * @param {readonly (readonly string[])[][]} wanted
 * @returns {Promise<(readonly string[])[]>} Of each the first set that this release has whole; the last, where it has none.
 */
export async function namesHere(wanted) {
  const chosen = [];
  for (const sets of wanted) {
    let set = sets[0] ?? [];
    for (const next of sets.length > 1 ? sets : []) {
      set = next;
      if (await canInstall(next.map((name) => `${name}=*`))) break;
    }
    chosen.push(set);
  }
  return chosen;
}

/**
 * @template {readonly string[]} T
 * @param {readonly T[]} sets
 * @returns {Promise<T[]>} Those that apt-get would install by the lists of packages that it has.
 */
export async function installable(sets) {
  if (await canInstall(sets.flat())) return [...sets];
  const can = await Promise.all(sets.map(canInstall));
  return sets.filter((_, index) => can[index]);
}

/** @param {readonly string[]} names @returns {Promise<boolean>} */
async function canInstall(names) {
  return (await apt([...INSTALL, '--simulate', ...names])) === '';
}

/** @param {readonly string[]} words @returns {Promise<string>} Its errors; empty when it did it. */
function apt(words) {
  return new Promise((settle) => {
    const child = spawn('apt-get', [...WORDS, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    child.once('error', (error) => settle(error.message));
    child.once('close', (code) => settle(code === 0 ? '' : errorsOf(errors) || `apt-get ended with ${code}`));
  });
}

/** Without its warnings. @param {string} text @returns {string} */
function errorsOf(text) {
  return text
    .split('\n')
    .filter((line) => line.startsWith('E: '))
    .join('\n');
}
