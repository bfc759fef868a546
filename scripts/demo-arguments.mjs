/**
 * @typedef {object} DemoChoice
 * @property {'desktop' | 'terminal' | 'script' | 'help'} mode `script` is the terminal demo, unattended.
 * @property {boolean} testRuntime Whether the unofficial Electron may be fetched.
 */

export const USAGE = `usage: npm run demo [-- --script | --terminal | --test-runtime]

Signs in to a fake Globus on this machine; nothing leaves it.

  --terminal      in the terminal, without a window
  --script        the terminal demo on its own, with no questions asked
  --test-runtime  where Electron's download fails, use an unofficial build (linux-x64)
`;

/**
 * @param {readonly string[]} words
 * @returns {{ ok: true, choice: DemoChoice } | { ok: false, message: string }}
 */
export function parseDemoArguments(words) {
  const known = ['--script', '--terminal', '--test-runtime', '--help', '-h'];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) return { ok: false, message: `unknown argument ${JSON.stringify(unknown)}` };
  if (words.includes('--script') && words.includes('--terminal')) {
    return { ok: false, message: '--script and --terminal exclude each other' };
  }
  const testRuntime = words.includes('--test-runtime');
  if (words.includes('--help') || words.includes('-h')) return choose('help', testRuntime);
  if (words.includes('--script')) return choose('script', testRuntime);
  return choose(words.includes('--terminal') ? 'terminal' : 'desktop', testRuntime);
}

/**
 * @param {DemoChoice['mode']} mode
 * @param {boolean} testRuntime
 * @returns {{ ok: true, choice: DemoChoice }}
 */
function choose(mode, testRuntime) {
  return { ok: true, choice: { mode, testRuntime } };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {boolean} Whether a window can be shown.
 */
export function hasDisplay(env, platform) {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}
