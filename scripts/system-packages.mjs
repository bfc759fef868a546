import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { aptInstall, installable, namesHere } from './apt.mjs';

/** @typedef {{ command: string } | { library: string } | { path: string } | { file: string }} Sign */

/**
 * How the presence of a Debian package shows: a command on PATH or a shared library. Neither dpkg nor
 * Debian is asked, so that the answer is right on every Linux.
 */
const SIGNS = /** @type {Record<string, Sign>} */ ({
  xvfb: { command: 'Xvfb' },
  'x11-utils': { command: 'xev' },
  xclip: { command: 'xclip' },
  dbus: { command: 'dbus-daemon' },
  'libglib2.0-bin': { command: 'gio' },
  'gnome-keyring': { command: 'gnome-keyring-daemon' },
  'libsecret-tools': { command: 'secret-tool' },
  'libsecret-1-0': { library: 'libsecret-1.so.0' },
  libnss3: { library: 'libnss3.so' },
  libgbm1: { library: 'libgbm.so.1' },
  // By path: on Ubuntu a command of this name is a snap, which can do nothing for a test.
  chromium: { path: '/usr/bin/chromium' },
  zsh: { command: 'zsh' },
  fish: { command: 'fish' },
  curl: { command: 'curl' },
  openssl: { command: 'openssl' },
  // By path: the tests run these very files, whatever comes first on PATH.
  python3: { path: '/usr/bin/python3' },
  'fonts-dejavu-core': { file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' },
  locales: { file: '/usr/share/i18n/locales/en_US' },
  'oidc-agent-cli': { command: 'oidc-token' },
  'openssh-server': { path: '/usr/sbin/sshd' },
  'openssh-client': { command: 'ssh' },
  dpkg: { command: 'dpkg-deb' },
  apt: { command: 'apt-get' },
  rpm: { command: 'rpmbuild' },
  dunst: { command: 'dunst' },
  copyq: { command: 'copyq' },
  keepassxc: { command: 'keepassxc' },
  systemd: { path: '/lib/systemd/systemd' },
  sway: { command: 'sway' },
  'xdg-desktop-portal': { path: '/usr/libexec/xdg-desktop-portal' },
  'mako-notifier': { command: 'mako' },
  grim: { command: 'grim' },
  'wl-clipboard': { command: 'wl-paste' },
  wtype: { command: 'wtype' },
  'tigervnc-standalone-server': { command: 'Xtigervnc' },
  'at-spi2-core': { path: '/usr/libexec/at-spi-bus-launcher' },
  'libpam-systemd': { library: 'security/pam_systemd.so' },
});

/**
 * Where the releases of Debian have different packages for one part, or several that go together: the newest first.
 * The part is there when one of them is there whole.
 */
const GENERATIONS = /** @type {Record<string, Record<string, Sign>[]>} */ ({
  'libgtk-3-0': [
    { 'libgtk-3-0t64': { library: 'libgtk-3.so.0' } },
    { 'libgtk-3-0': { library: 'libgtk-3.so.0' } },
  ],
  libasound2: [
    { libasound2t64: { library: 'libasound.so.2' } },
    { libasound2: { library: 'libasound.so.2' } },
  ],
  wine64: [{ wine64: { library: 'wine/wine' } }, { wine64: { path: '/usr/lib/wine/wine64' } }],
  // Each has its own plug-in for its encryption, which its package only recommends.
  kwallet: [
    {
      kwallet6: { command: 'kwalletd6' },
      'libqca-qt6-plugins': { library: 'qca-qt6/crypto/libqca-ossl.so' },
    },
    {
      'libkf5wallet-bin': { command: 'kwalletd5' },
      'libqca-qt5-2-plugins': { library: 'qca-qt5/crypto/libqca-ossl.so' },
    },
  ],
});

/** Something stands in for these where a release has no such package (test-browser.mjs). */
const STOOD_IN_FOR = new Set(['chromium']);

/** What Electron itself needs, and what the tests and the demo need around it. */
export const ELECTRON_PACKAGES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libsecret-1-0'];
/** The demo runs the curl command that it shows. */
export const TERMINAL_PACKAGES = ['curl'];
export const DESKTOP_PACKAGES = ['xvfb', 'x11-utils', 'xclip', 'dbus', 'gnome-keyring', 'libsecret-tools'];
/** A desktop without an X server, and the hands and eyes of the tests on it. */
export const WAYLAND_PACKAGES = [
  'sway',
  'mako-notifier',
  'grim',
  'wl-clipboard',
  'wtype',
  'xdg-desktop-portal',
];
export const TEST_PACKAGES = [
  ...ELECTRON_PACKAGES,
  ...DESKTOP_PACKAGES,
  ...WAYLAND_PACKAGES,
  ...[
    'chromium',
    'zsh',
    'fish',
    'curl',
    'openssl',
    'python3',
    'openssh-server',
    'openssh-client',
    'oidc-agent-cli',
    'fonts-dejavu-core',
    'libglib2.0-bin',
    'locales',
    'dpkg',
    'apt',
    'rpm',
    'dunst',
    'copyq',
    'kwallet',
    'keepassxc',
    'systemd',
    'libpam-systemd',
    'tigervnc-standalone-server',
    'at-spi2-core',
    'wine64',
  ],
];

/**
 * @typedef {object} Machine
 * @property {(name: string) => Promise<boolean>} command
 * @property {(name: string) => Promise<boolean>} library By its name, or its place below where libraries are.
 * @property {(path: string) => Promise<boolean>} path Of a program.
 * @property {(path: string) => Promise<boolean>} file To be read.
 */

/**
 * @param {readonly string[]} names
 * @param {Machine} [machine]
 * @returns {Promise<string[]>} Those of the names that are not there.
 */
export async function missingPackages(names, machine = thisMachine()) {
  const present = await Promise.all(
    names.map((name) =>
      some(signsOf(name), async (set) => {
        const signs = await Promise.all(Object.values(set).map((sign) => shows(sign, machine)));
        return !signs.includes(false);
      }),
    ),
  );
  return names.filter((_, index) => !present[index]);
}

/** @param {string} name @returns {Record<string, Sign>[]} By package, one record for each way to have it. */
function signsOf(name) {
  const generations = GENERATIONS[name];
  if (generations !== undefined) return generations;
  const sign = SIGNS[name];
  if (sign === undefined) throw new Error(`no sign is known for the package ${name}`);
  return [{ [name]: sign }];
}

/** @param {Sign} sign @param {Machine} machine @returns {Promise<boolean>} */
function shows(sign, machine) {
  if ('path' in sign) return machine.path(sign.path);
  if ('file' in sign) return machine.file(sign.file);
  return 'command' in sign ? machine.command(sign.command) : machine.library(sign.library);
}

/**
 * Installs what is missing where that is possible without asking anyone: as root, with apt-get, when
 * `install` is set. Elsewhere it prints the one line to run.
 *
 * @param {readonly string[]} names
 * @param {{ install: boolean, machine?: Machine, root?: boolean, say?: (line: string) => void }} options
 * @returns {Promise<string[]>} What is missing still.
 */
export async function ensureSystemPackages(names, options) {
  if (process.platform !== 'linux') return [];
  const { machine = thisMachine(), root = process.getuid?.() === 0 } = options;
  const { say = (line) => process.stderr.write(`${line}\n`) } = options;
  const missing = await missingPackages(names, machine);
  if (missing.length === 0) return [];
  const wanted = missing.map((name) => [
    ...signsOf(name).map((set) => Object.keys(set)),
    ...(STOOD_IN_FOR.has(name) ? [[]] : []),
  ]);
  const debian = await machine.command('apt-get');
  if (options.install && root && debian) {
    say(`installing ${missing.join(' ')}`);
    await aptInstall(wanted, say);
    const left = await missingPackages(missing, machine);
    const lost = left.filter((name) => !STOOD_IN_FOR.has(name));
    if (lost.length > 0) say(`could not install ${lost.join(' ')}`);
    return left;
  }
  const here = debian ? await namesHere(wanted) : wanted.map((sets) => sets[0] ?? []);
  const asked = missing.filter((_, index) => here[index]?.length !== 0);
  if (asked.length === 0) return missing;
  say(
    `missing: ${asked.join(' ')}\n  ${debian ? await lineHere(wanted, here, root) : installLine(here.flat(), root)}`,
  );
  if (!debian) say('  (the names are those of Debian; this system has its own)');
  return missing;
}

/**
 * @param {readonly (readonly string[])[][]} wanted
 * @param {readonly (readonly string[])[]} here What of it this release has.
 * @param {boolean} root
 * @returns {Promise<string>} The line to run, which does not fail for the sake of one package.
 */
async function lineHere(wanted, here, root) {
  const known = (await installable(here)).flat();
  return known.length > 0 ? installLine(known, root) : updateLine(wanted, root);
}

/** @param {readonly string[]} names @param {boolean} root @returns {string} */
export function installLine(names, root) {
  return `${root ? '' : 'sudo '}apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/**
 * For a system whose apt-get has no list of packages yet, as in a new container: which names there are shows when it has.
 *
 * @param {readonly (readonly string[])[][]} wanted
 * @param {boolean} root
 * @returns {string}
 */
export function updateLine(wanted, root) {
  const needed = wanted.filter((sets) => sets.every((set) => set.length > 0));
  const places = needed.flatMap((sets) =>
    (sets[0] ?? []).map((_, place) => [...new Set(sets.flatMap((set) => set[place] ?? []))].join(' | ')),
  );
  const apt = `${root ? '' : 'sudo '}apt-get`;
  return `${apt} update && ${apt} satisfy -y --no-install-recommends '${places.join(', ')}'`;
}

/** @returns {Machine} */
function thisMachine() {
  return {
    async command(name) {
      const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
      return some(folders, (folder) => allows(join(folder, name), constants.X_OK));
    },
    path: (path) => allows(path, constants.X_OK),
    file: (path) => allows(path, constants.R_OK),
    async library(name) {
      return some(await libraryFolders(), (folder) =>
        readdir(join(folder, dirname(name))).then(
          (entries) => entries.includes(basename(name)),
          () => false,
        ),
      );
    },
  };
}

/** @param {string} path @param {number} mode @returns {Promise<boolean>} */
function allows(path, mode) {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** Where the usual distributions keep 64-bit libraries. @returns {Promise<string[]>} */
async function libraryFolders() {
  const triplets = ['/usr/lib', '/lib'].flatMap((folder) =>
    ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((triplet) => join(folder, triplet)),
  );
  return [...triplets, '/usr/lib64', '/lib64', '/usr/lib', '/usr/local/lib'];
}

/** @template T @param {readonly T[]} items @param {(item: T) => Promise<boolean>} holds */
async function some(items, holds) {
  return (await Promise.all(items.map(holds))).includes(true);
}
