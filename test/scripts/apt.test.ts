import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureSystemPackages } from '../../scripts/system-packages.mjs';
import { ranTo } from '../support/processes.ts';

/** This machine's real apt-get and dpkg-deb, with a folder as their system and another as the release of Debian. */
let folder: string;
let said: string[];
const before = process.env['APT_CONFIG'];

/** dpkg itself wants root; of its work only the files are needed. */
const DPKG = `#!/bin/sh
case "$*" in *--unpack*) for last; do case "$last" in *.deb) dpkg-deb -x "$last" "$ROOT" || exit; esac; done;; esac
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apt-'));
  said = [];
  const root = join(folder, 'root');
  const made = [
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'etc/apt/trusted.gpg.d',
    'var/lib/dpkg',
    'var/log/apt',
  ];
  for (const path of [...made, 'var/lib/apt/lists/partial', 'var/cache/apt/archives/partial', 'usr/bin'])
    await mkdir(join(root, path), { recursive: true });
  await mkdir(join(folder, 'release'));
  await writeFile(join(root, 'var/lib/dpkg/status'), '');
  await writeFile(
    join(root, 'etc/apt/sources.list'),
    `deb [trusted=yes] file:${join(folder, 'release')} ./\n`,
  );
  await writeFile(join(folder, 'dpkg'), DPKG.replace('$ROOT', root));
  await chmod(join(folder, 'dpkg'), 0o755);
  const settings = [
    `Dir "${root}";`,
    `Dir::State::status "${join(root, 'var/lib/dpkg/status')}";`,
    `Dir::Bin::dpkg "${join(folder, 'dpkg')}";`,
    'APT::Architecture "amd64";',
    'APT::Sandbox::User "";',
    'Debug::NoLocking "true";',
  ];
  await writeFile(join(folder, 'apt.conf'), settings.join('\n'));
  process.env['APT_CONFIG'] = join(folder, 'apt.conf');
});
afterEach(async () => {
  if (before === undefined) delete process.env['APT_CONFIG'];
  else process.env['APT_CONFIG'] = before;
  await rm(folder, { recursive: true, force: true });
});

/** Puts packages into the release, each with a command or a library of its own; `provides` by package. */
async function release(
  packages: Record<string, string>,
  provides: Record<string, string> = {},
): Promise<void> {
  const index: string[] = [];
  for (const [name, file] of Object.entries(packages)) {
    const tree = join(folder, 'trees', name);
    const more = provides[name] === undefined ? '' : `Provides: ${provides[name]}\n`;
    const control = `Package: ${name}\nVersion: 1\nArchitecture: amd64\nMaintainer: x <x@example.org>\n${more}Description: x\n`;
    await mkdir(join(tree, 'DEBIAN'), { recursive: true });
    await mkdir(join(tree, file, '..'), { recursive: true });
    await writeFile(join(tree, 'DEBIAN/control'), control);
    await writeFile(join(tree, file), '');
    const deb = join(folder, 'release', `${name}.deb`);
    expect(await ranTo('dpkg-deb', ['--build', tree, deb], {})).toMatchObject({ code: 0 });
    const sum = createHash('sha256')
      .update(await readFile(deb))
      .digest('hex');
    const { size } = await stat(deb);
    index.push(`${control}Filename: ./${name}.deb\nSize: ${String(size)}\nSHA256: ${sum}\n`);
  }
  await writeFile(join(folder, 'release/Packages'), index.join('\n'));
}

/** The system of that folder. */
const exists = (...path: string[]): Promise<boolean> =>
  stat(join(folder, 'root', ...path)).then(
    () => true,
    () => false,
  );
const machine = {
  command: async (name: string) => name === 'apt-get' || exists('usr/bin', name),
  library: (name: string) => exists('usr/lib', name),
  path: (path: string) => exists(path),
  file: (path: string) => exists(path),
};
const ensure = (names: readonly string[], how: { install?: boolean; root?: boolean } = {}) =>
  ensureSystemPackages(names, { install: true, root: true, machine, say: (line) => said.push(line), ...how });

const NEWER = {
  kwallet6: 'usr/bin/kwalletd6',
  'libqca-qt6-plugins': 'usr/lib/qca-qt6/crypto/libqca-ossl.so',
  'libqca-qt5-2-plugins': 'usr/lib/qca-qt5/crypto/libqca-ossl.so',
};
const OLDER = {
  'libkf5wallet-bin': 'usr/bin/kwalletd5',
  'libqca-qt5-2-plugins': 'usr/lib/qca-qt5/crypto/libqca-ossl.so',
};

describe('ensureSystemPackages(), by apt-get', { timeout: 60_000 }, () => {
  it('fetches the list of packages where there is none, and installs', async () => {
    await release({ zsh: 'usr/bin/zsh', fish: 'usr/bin/fish' });
    await expect(ensure(['zsh', 'fish'])).resolves.toEqual([]);
    expect(said).toEqual(['installing zsh fish']);
  });

  it('installs the rest where the release has one of them no more, and says what apt-get said', async () => {
    await release({ zsh: 'usr/bin/zsh', curl: 'usr/bin/curl' });
    await expect(ensure(['zsh', 'fish', 'curl'])).resolves.toEqual(['fish']);
    expect(said).toEqual([
      'installing zsh fish curl',
      'E: Unable to locate package fish',
      'could not install fish',
    ]);
  });

  it.each([
    ['a newer', NEWER, 'kwalletd6'],
    ['an older', OLDER, 'kwalletd5'],
  ])('takes the packages of %s release that go together', async (_, packages, command) => {
    await release(packages);
    await expect(ensure(['kwallet'])).resolves.toEqual([]);
    expect(await exists('usr/bin', command)).toBe(true);
  });

  it('prints the line of this release for somebody who is not root', async () => {
    await release({ ...OLDER, zsh: 'usr/bin/zsh' });
    await ensure(['fish']);
    said = [];
    await expect(ensure(['kwallet', 'zsh'], { root: false })).resolves.toEqual(['kwallet', 'zsh']);
    expect(said).toEqual([
      'missing: kwallet zsh\n  sudo apt-get install -y --no-install-recommends libkf5wallet-bin libqca-qt5-2-plugins zsh',
    ]);
  });

  it('prints a line that fetches the list first where there is none, and that line installs', async () => {
    await release({ ...OLDER, zsh: 'usr/bin/zsh' });
    const names = ['libgtk-3-0', 'chromium', 'zsh'];
    await expect(ensure(names, { root: false })).resolves.toEqual(names);
    expect(said).toEqual([
      "missing: libgtk-3-0 zsh\n  sudo apt-get update && sudo apt-get satisfy -y --no-install-recommends 'libgtk-3-0t64 | libgtk-3-0, zsh'",
    ]);
    said = [];
    await expect(ensure(['kwallet', 'zsh'], { root: false })).resolves.toEqual(['kwallet', 'zsh']);
    const line = said[0]?.split('\n')[1]?.replaceAll('sudo ', '') ?? '';
    expect(await ranTo('sh', ['-c', line], process.env)).toMatchObject({ code: 0 });
    expect([await exists('usr/bin/zsh'), await exists('usr/bin/kwalletd5')]).toEqual([true, true]);
  });

  it('leaves out of the line what the release has no more, since one such name fails the whole', async () => {
    await release({ zsh: 'usr/bin/zsh', curl: 'usr/bin/curl' });
    await ensure(['zsh']);
    said = [];
    await expect(ensure(['fish', 'curl'], { root: false })).resolves.toEqual(['fish', 'curl']);
    expect(said).toEqual(['missing: fish curl\n  sudo apt-get install -y --no-install-recommends curl']);
  });
});

describe('Chromium, for which another one stands in', { timeout: 60_000 }, () => {
  /** As on Ubuntu: whoever wants Chromium gets a package without one. */
  const snap = () =>
    release(
      { zsh: 'usr/bin/zsh', 'chromium-browser': 'usr/bin/chromium-browser' },
      { 'chromium-browser': 'chromium' },
    );

  it('is installed where the release has it', async () => {
    await release({ chromium: 'usr/bin/chromium' });
    await expect(ensure(['chromium'])).resolves.toEqual([]);
    expect(said).toEqual(['installing chromium']);
  });

  it('is left to it where the release has a package that only calls for a snap', async () => {
    await snap();
    await expect(ensure(['zsh', 'chromium'])).resolves.toEqual(['chromium']);
    expect(said).toEqual(['installing zsh chromium']);
    expect([await exists('usr/bin/zsh'), await exists('usr/bin/chromium-browser')]).toEqual([true, false]);
  });

  it('is asked of nobody there who is not root', async () => {
    await snap();
    await ensure(['zsh']);
    said = [];
    await expect(ensure(['chromium'], { root: false })).resolves.toEqual(['chromium']);
    expect(said).toEqual([]);
  });
});
