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
  const whole = await apt([...INSTALL, ...(await namesHere(wanted)).flat()]);
  if (whole === '') return;
  await apt(['update']);
  const sets = await namesHere(wanted);
  if ((await apt([...INSTALL, ...sets.flat()])) === '') return;
  for (const set of sets) {
    const trouble = await apt([...INSTALL, ...set]);
    if (trouble !== '') say(trouble);
  }
}

/**
 * @param {readonly (readonly string[])[][]} wanted
 * @returns {Promise<(readonly string[])[]>} Of each the first set that this release has whole; the last, where it has none.
 */
export async function namesHere(wanted) {
  const chosen = [];
  for (const sets of wanted) {
    let set = sets[0] ?? [];
    for (const next of sets.length > 1 ? sets : []) {
      set = next;
      if ((await apt([...INSTALL, '--simulate', ...next])) === '') break;
    }
    chosen.push(set);
  }
  return chosen;
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
