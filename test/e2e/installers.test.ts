import { execFile } from 'node:child_process';
import { getCurrentFuseWire } from '@electron/fuses';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeInstallers, type Installers } from '../support/installers.ts';
import { builtPackages, type Packages } from '../support/packages.ts';
import { librariesOf, makeSmallSystem, type SmallSystem } from '../support/small-system.ts';

const run = promisify(execFile);
const APP = '/opt/globus-token-tray';
/** How an executable and a library begin. */
const ELF = Buffer.from('\x7fELF');

let packages: Packages;
let installers: Installers;
beforeAll(async () => {
  packages = await builtPackages();
  installers = await makeInstallers(packages.shipped);
});
afterAll(async () => {
  await installers.remove();
  await packages.remove();
});

async function output(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { env: { ...process.env, LC_ALL: 'C' } });
  return stdout;
}

/** Which libraries the packages that a deb asks for are there for. */
const LIBRARIES: Record<string, readonly string[]> = {
  'libgtk-3-0': ['libgtk-3.so.0'],
  libnss3: ['libnss3.so', 'libnssutil3.so', 'libsmime3.so'],
  libgbm1: ['libgbm.so.1'],
  libcups2: ['libcups.so.2'],
  libudev1: ['libudev.so.1'],
  'libx11-xcb1': ['libX11-xcb.so.1'],
  'libasound2t64 | libasound2': ['libasound.so.2'],
  libnotify4: ['libnotify.so.4'],
  'libsecret-1-0': ['libsecret-1.so.0'],
  'xdg-utils': [],
};
/** What a system that has a libc and a libstdc++ has. */
const BASE = /^(ld-linux.*|lib(c|m|dl|pthread|rt|gcc_s|stdc\+\+))\.so\b/;

/** As rpm names a library of a 64-bit system. */
const librariesIn = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^(\S+?)\(\)\(64bit\)$/.exec(line)?.[1] ?? []);

/** What the app's executables and modules ask the loader for, without what comes with the app. */
async function neededLibraries(): Promise<string[]> {
  const elfdeps = join((await output('rpm', '--eval', '%{_rpmconfigdir}')).trim(), 'elfdeps');
  const entries = await readdir(installers.unpacked, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = new Set(files.map((file) => basename(file)));
  const programs = files.filter((file) => readFileSync(file).subarray(0, 4).equals(ELF));
  const asked = librariesIn((await output(elfdeps, '--requires', ...programs)).split('\n'));
  return [...new Set(asked)].filter((name) => !own.has(name) && !BASE.test(name)).sort();
}

/** Those libraries and what they load themselves; one that this machine has not loads nothing more. */
async function withTheirs(names: readonly string[]): Promise<Set<string>> {
  const known = (await output('/sbin/ldconfig', '-p')).split('\n');
  const all = new Set(names);
  for (const name of names) {
    const path = known.find((line) => line.trim().startsWith(`${name} `))?.split(' => ')[1];
    if (path === undefined) continue;
    for (const library of await librariesOf(path)) all.add(basename(library));
  }
  return all;
}

describe('the deb and the rpm', () => {
  it('ask for what brings every library that the app cannot start without, and for what opens the browser', async () => {
    const depends = (await output('dpkg-deb', '--field', installers.deb, 'Depends')).trim().split(', ');
    expect(depends).toEqual(Object.keys(LIBRARIES));
    const requires = (await output('rpm', '-qp', '--requires', installers.rpm)).split('\n');
    expect(requires).toContain('xdg-utils');
    // Loaded by name.
    const byName = ['libX11-xcb.so.1', 'libnotify.so.4', 'libsecret-1.so.0'];
    expect(librariesIn(requires)).toEqual(expect.arrayContaining(byName));

    const needed = await neededLibraries();
    expect(needed).toEqual(expect.arrayContaining(['libgtk-3.so.0', 'libsecret-1.so.0']));
    const byDeb = await withTheirs(Object.values(LIBRARIES).flat());
    const byRpm = await withTheirs(librariesIn(requires));
    expect(needed.filter((name) => !byDeb.has(name))).toEqual([]);
    expect(needed.filter((name) => !byRpm.has(name))).toEqual([]);
  });

  it('are for a processor by the name that their systems have for it', async () => {
    const names = { x64: ['amd64', 'x86_64'], arm64: ['arm64', 'aarch64'] }[process.arch as 'x64' | 'arm64'];
    const deb = await output('dpkg-deb', '--field', installers.deb, 'Architecture');
    expect([deb.trim(), await output('rpm', '-qp', '--qf', '%{ARCH}', installers.rpm)]).toEqual(names);
  });

  it('hold the app as it was packaged, and nothing that others may write or that runs as root', async () => {
    const place = await mkdtemp(join(tmpdir(), 'extracted-'));
    try {
      await run('dpkg-deb', ['--extract', installers.deb, place]);
      expect(await output('diff', '-r', '--no-dereference', installers.unpacked, join(place, APP))).toBe('');
    } finally {
      await rm(place, { recursive: true, force: true });
    }
    const ofDeb = await output('dpkg-deb', '--contents', installers.deb);
    const ofRpm = await output('rpm', '-qplv', installers.rpm);
    for (const line of [...ofDeb.trim().split('\n'), ...ofRpm.trim().split('\n')]) {
      // fpm packs the owners of a deb by number.
      expect(line).toMatch(/^([d-]rw[x-]r-[x-]r-[x-]|lrwxrwxrwx)\s(?:.*\broot\W+root|0\/0)\b/);
    }
  });

  it('[C52] put the app into the menu, an icon in each size of the theme, the command, its page and completion', async () => {
    const ofDeb = (await output('dpkg-deb', '--contents', installers.deb)).split('\n');
    const deb = ofDeb.map((line) => /\s\.(\/.*[^/])$/.exec(line)?.[1] ?? APP);
    const rpm = (await output('rpm', '-qpl', installers.rpm)).trim().split('\n');
    const beside = (paths: readonly string[]): string[] =>
      paths.filter((path) => !path.startsWith(APP)).sort();
    const both = [
      '/usr/bin/globus-token',
      '/usr/share/applications/org.globus_token_tray.app.desktop',
      '/usr/share/bash-completion/completions/globus-token',
      '/usr/share/fish/vendor_completions.d/globus-token.fish',
      ...[1024, 128, 16, 256, 32, 48, 512, 64].map(
        (size) => `/usr/share/icons/hicolor/${size}x${size}/apps/globus-token-tray.png`,
      ),
      '/usr/share/man/man1/globus-token.1',
      '/usr/share/metainfo/globus-token-tray.metainfo.xml',
    ];
    const own = {
      // fpm gives every deb a list of changes.
      deb: [
        'doc/globus-token-tray/changelog.gz',
        'doc/globus-token-tray/copyright',
        'zsh/vendor-completions/_globus-token',
      ],
      rpm: ['licenses/globus-token-tray/LICENSE', 'zsh/site-functions/_globus-token'],
    };
    const expected = (names: readonly string[]): string[] =>
      [...both, ...names.map((name) => `/usr/share/${name}`)].sort();
    expect(beside(deb)).toEqual(expected(own.deb));
    expect(beside(rpm)).toEqual(expected(own.rpm));
  });
});

/** How a package comes and goes, by the program that its systems have for it. */
interface Manager {
  readonly name: string;
  /** Of the system, beside what every one has. */
  readonly programs: readonly string[];
  prepare(system: SmallSystem): Promise<unknown>;
  puts(system: SmallSystem): string[];
  upgrades(system: SmallSystem): string[];
  takes(system: SmallSystem): string[];
}

const dpkg = ({ root }: SmallSystem, ...args: string[]): string[] =>
  // What it depends on is not in there; nor does dpkg find on this PATH all that it might call.
  ['dpkg', `--root=${root}`, '--force-depends', '--force-bad-path', ...args];
const rpm = ({ root }: SmallSystem, ...args: string[]): string[] => [
  ...['rpm', '--root', root, '--dbpath', '/var/lib/rpm', '--nodeps'],
  ...args,
];

const MANAGERS: readonly Manager[] = [
  {
    name: 'deb',
    programs: ['update-alternatives'],
    prepare: async ({ root }) => {
      for (const folder of ['info', 'updates', 'triggers', 'alternatives']) {
        await mkdir(join(root, 'var/lib/dpkg', folder), { recursive: true });
      }
      await mkdir(join(root, 'etc/alternatives'), { recursive: true });
      await writeFile(join(root, 'var/lib/dpkg/status'), '');
    },
    puts: (system) => dpkg(system, '--install', installers.deb),
    upgrades: (system) => dpkg(system, '--install', installers.deb),
    takes: (system) => dpkg(system, '--remove', 'globus-token-tray'),
  },
  {
    // Without update-alternatives: the scripts make and take the link themselves.
    name: 'rpm',
    programs: [],
    prepare: ({ root }) => mkdir(join(root, 'var/lib/rpm'), { recursive: true }),
    puts: (system) => rpm(system, '--install', installers.rpm),
    upgrades: (system) => rpm(system, '--upgrade', '--force', installers.rpm),
    takes: (system) => rpm(system, '--erase', 'globus-token-tray'),
  },
];

const STAYS =
  'Globus Token Tray: this ends no sign-in. Sign-ins, settings and rules of every user stay where they are.';
const ASKED = /\n {2}globus-token logout --forget\r\nStop the removal for that\? \[y\/N\] $/;
const LATER = [
  'Afterwards, each user ends the consents at https://auth.globus.org/v2/web/consents, and the sign-ins with them.',
  'Or put the package back, run `globus-token logout --forget`, and remove it again.\n',
].join('\n');

describe.each(MANAGERS)('a system that gets the $name', ({ programs, prepare, puts, upgrades, takes }) => {
  let system: SmallSystem;
  beforeEach(async () => {
    system = await makeSmallSystem(programs);
    await prepare(system);
  });
  afterEach(() => system.remove());

  /** Where the command of the app leads, one link after the other, in the system. */
  async function appCommand(path = '/usr/bin/globus-token-tray'): Promise<string> {
    const next = await readlink(join(system.root, path)).catch(() => null);
    return next === null ? path : appCommand(next);
  }
  async function succeeds(command: (system: SmallSystem) => string[]): Promise<string> {
    const [program = '', ...args] = command(system);
    const { code, stdout, stderr } = await system.manage(program, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr });
    expect(stderr).not.toMatch(/error|update-alternatives: warning/);
    return stdout;
  }

  it('[C45] has both commands, with and without Node.js, and the fuses of the package', async () => {
    await succeeds(puts);
    const asked = await system.run('globus-token', 'get', 'view_flows');
    expect(asked).toMatchObject({ code: 3, stdout: '' });
    expect(asked.stderr).toMatch(/^globus-token: No agent answers at .*\nhint: .*globus-token agent\n$/);
    expect((await system.run('globus-token', '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await appCommand()).toBe(`${APP}/globus-token-tray`);
    const [inside, packaged] = await Promise.all(
      [join(system.root, APP), packages.shipped].map((folder) =>
        getCurrentFuseWire(join(folder, 'globus-token-tray')),
      ),
    );
    expect(inside).toEqual(packaged);
  });

  it('keeps both commands through an upgrade, and hears about sign-ins only when the app goes', async () => {
    await succeeds(puts);
    const kept = join(system.root, 'home/ada/.config/globus-token-tray/settings.json');
    await mkdir(dirname(kept), { recursive: true });
    await writeFile(kept, '{}');
    expect(await succeeds(upgrades)).not.toContain('sign-in');
    expect(await appCommand()).toBe(`${APP}/globus-token-tray`);

    // Nobody is there to answer, and what it says holds when the command is gone.
    expect(await succeeds(takes)).toContain(`${STAYS}\n${LATER}`);
    const left = (await system.files()).filter((path) => !/^\/var\/(lib|log)\//.test(path));
    expect(left).toEqual(['/home/ada/.config/globus-token-tray/settings.json']);
  });

  it('ask at a terminal whether to stop for signing out, and stay when they are told so', async () => {
    await succeeds(puts);
    const upgraded = await system.manageOnTerminal(upgrades(system), []);
    expect(upgraded.code).toBe(0);
    expect(upgraded.screen).not.toContain('sign-in');

    const { code, screen } = await system.manageOnTerminal(takes(system), [{ sees: ASKED, types: 'y\r' }]);
    expect(code).not.toBe(0);
    expect(screen).toContain('Globus Token Tray is not removed.');
    expect(screen).not.toContain('Afterwards');
    expect((await system.run('globus-token', '--version')).code).toBe(0);
    expect(await appCommand()).toBe(`${APP}/globus-token-tray`);

    const again = await system.manageOnTerminal(takes(system), [{ sees: ASKED, types: '\r' }]);
    expect(again.code).toBe(0);
    expect(again.screen.replaceAll('\r', '')).toContain(LATER);
    expect(await system.files()).not.toContain('/usr/bin/globus-token');
  });
});
