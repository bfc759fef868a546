import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasNamespaces } from './process-sandbox.mjs';
import { ELECTRON_PACKAGES, WAYLAND_PACKAGES } from './system-packages.mjs';

const KEYRING = ['dbus', 'gnome-keyring', 'libsecret-tools', 'libsecret-1-0'];
const DESKTOP = [...KEYRING, 'xvfb', 'xclip', 'electron', ...ELECTRON_PACKAGES];

/** No package: the right to run programs with a folder as their root. */
export const OWN_ROOT = 'user namespaces';

/** No package of the system: Node's own build for Windows, of the npm registry (windows-runtime.mjs). */
export const WINDOWS_NODE = 'Node.js for Windows';

/** @returns {Promise<boolean>} Whether this user has it: root, and others where the kernel gives it to all. */
export async function hasOwnRoot() {
  return process.getuid?.() === 0 || hasNamespaces();
}

/** Which real parts a test file needs shows in the helpers that it imports. */
const NEEDS = /** @type {readonly [RegExp, readonly string[]][]} */ ([
  [/support\/(keyring-session|vault-process)\.ts/, KEYRING],
  [/support\/(desktop-session|tray-app)\.ts/, DESKTOP],
  [/support\/(electron-app|tray-app|walker)\.ts|'\.\/page-host\.ts'/, ['chromium']],
  [/support\/shells\.ts/, ['zsh', 'curl']],
  [/fonts\/truetype\/dejavu/, ['fonts-dejavu-core']],
  [/support\/installers\.ts/, ['dpkg', 'rpm', 'curl', 'electron', ...ELECTRON_PACKAGES]],
  [/support\/packages\.ts/, ['electron']],
  [/support\/small-system\.ts/, [OWN_ROOT]],
  [/support\/wayland-session\.ts/, [...DESKTOP, ...WAYLAND_PACKAGES]],
  [/support\/screen-reader\.ts/, [...DESKTOP, 'at-spi2-core']],
  [/support\/vnc-desktop\.ts/, [...DESKTOP, 'tigervnc-standalone-server']],
  [/support\/wine\.ts/, ['wine64', WINDOWS_NODE]],
  [/support\/dunst\.ts/, ['dunst']],
  [/support\/kwallet-session\.ts/, [...KEYRING, 'kwallet']],
  [/support\/keepassxc-session\.ts/, [...KEYRING, 'keepassxc']],
  [/support\/copyq\.ts/, ['copyq', 'xclip']],
  [/'oidc-token'/, ['oidc-agent-cli']],
  [/APT_CONFIG/, ['apt', 'dpkg']],
  [/support\/autostarted\.ts/, ['libglib2.0-bin']],
  [/'\.\/live\.ts'/, ['curl', 'python3', 'openssh-server', 'openssh-client']],
]);

/** @param {string} source Text of a test file. @returns {string[]} Names of packages, and `electron`. */
export function partsNeeded(source) {
  return [...new Set(NEEDS.flatMap(([sign, parts]) => (sign.test(source) ? parts : [])))];
}

/**
 * The test files that cannot run on this machine, each with what it lacks. They are left out, printed and
 * counted as skipped; on CI that fails the run.
 *
 * @param {string} root
 * @param {readonly string[]} missing
 * @returns {Promise<{ file: string, lacks: string[] }[]>}
 */
export async function filesWithoutParts(root, missing) {
  if (missing.length === 0) return [];
  const entries = await readdir(join(root, 'test'), { recursive: true });
  const files = entries.filter((name) => name.endsWith('.test.ts')).sort();
  const checked = await Promise.all(
    files.map(async (name) => {
      const needs = partsNeeded(await readFile(join(root, 'test', name), 'utf8'));
      return { file: `test/${name}`, lacks: needs.filter((part) => missing.includes(part)) };
    }),
  );
  return checked.filter(({ lacks }) => lacks.length > 0);
}
