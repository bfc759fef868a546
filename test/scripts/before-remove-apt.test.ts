import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/build-targets.mjs';
import { onTerminal, type OnTerminal, type Typed } from '../support/pty.ts';

const run = promisify(execFile);
const SCRIPT = join(ROOT, 'assets', 'packages', 'before-remove.sh');
const QUESTION = 'Stop the removal for that? [y/N] ';
const LATER = 'Afterwards, each user ends the consents';
const NAME = 'asks-before-it-goes';

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apt-'));
  await makeSystem();
  await run('dpkg', [...dpkgOptions(), '--install', await makePackage('1')], { env });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The records of a system of its own, whose packages' scripts run on this one. */
async function makeSystem(): Promise<void> {
  const folders = ['root', 'dpkg/info', 'dpkg/updates', 'dpkg/triggers', 'log', 'etc/apt'];
  const ofApt = ['state/lists/partial', 'cache/archives/partial'];
  for (const name of [...folders, ...ofApt]) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'dpkg/status'), '');
  const lines = [
    `Dir { State "${folder}/state"; State::status "${folder}/dpkg/status"; Cache "${folder}/cache"; };`,
    `Dir { Log "${folder}/log"; Etc "${folder}/etc/apt"; };`,
    'APT::Sandbox::User "root"; Debug::NoLocking "true"; APT::Get::Assume-Yes "true";',
    ...dpkgOptions().map((option) => `DPkg::Options:: "${option}";`),
  ];
  await writeFile(join(folder, 'apt.conf'), lines.join('\n'));
  const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
  env = { PATH, LC_ALL: 'C', HOME: folder, APT_CONFIG: join(folder, 'apt.conf') };
}

const dpkgOptions = (): string[] => [
  ...[`--admindir=${folder}/dpkg`, `--instdir=${folder}/root`, `--log=${folder}/log/dpkg`],
  ...['--force-script-chrootless', '--force-not-root'],
];

/** Has the script and nothing else. */
async function makePackage(version: string): Promise<string> {
  const control = join(folder, `package-${version}`, 'DEBIAN');
  await mkdir(control, { recursive: true });
  const fields = {
    Package: NAME,
    Version: version,
    Architecture: 'all',
    Maintainer: 'Nobody',
    Description: 'None',
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  await writeFile(join(control, 'control'), text.join(''));
  await copyFile(SCRIPT, join(control, 'prerm'));
  await run('chmod', ['755', join(control, 'prerm')]);
  const made = join(folder, `${version}.deb`);
  await run('dpkg-deb', ['--build', join(control, '..'), made]);
  return made;
}

const atTerminal = (words: readonly string[], typed: readonly Typed[] = [], more = {}): Promise<OnTerminal> =>
  onTerminal(words, { ...env, ...more }, typed, true);
const REMOVE = ['apt-get', 'remove', NAME];

async function isThere(): Promise<boolean> {
  const status = await readFile(join(folder, 'dpkg/status'), 'utf8');
  return status.includes('Status: install ok installed');
}

describe('apt, which gives dpkg a terminal of its own', () => {
  it('lets a person at its terminal be asked, and keeps the package when told so', async () => {
    const kept = await atTerminal(REMOVE, [{ sees: QUESTION, types: 'y\r' }]);
    expect(kept.code).toBe(100);
    expect(kept.screen).toContain('is not removed. Remove it again when everybody has signed out.');
    expect(await isThere()).toBe(true);

    const { code, screen } = await atTerminal(REMOVE, [{ sees: QUESTION, types: '\r' }]);
    expect(code).toBe(0);
    expect(screen).toContain(LATER);
    expect(await isThere()).toBe(false);
  });

  it('asks nothing in an upgrade', async () => {
    const { code, screen } = await atTerminal(['apt-get', 'install', await makePackage('2')]);
    expect(code).toBe(0);
    expect(screen).toContain(`Unpacking ${NAME} (2) over (1)`);
    expect(screen).not.toContain('sign-in');
  });

  it.each([
    ['with its output in a file', ['/bin/sh', '-c', '"$@" >output; cat output', 'sh', ...REMOVE], {}],
    ['with its output in a pipe', ['/bin/sh', '-c', '"$@" | cat', 'sh', ...REMOVE], {}],
    ['with an input that is none of a person', ['/bin/sh', '-c', '"$@" </dev/null', 'sh', ...REMOVE], {}],
    // At its end apt sets the terminal, and is stopped for that.
    ['in the background', ['/bin/bash', '-mc', '"$@" & wait $!; fg; :', 'bash', ...REMOVE], {}],
    ['told to ask nothing', REMOVE, { DEBIAN_FRONTEND: 'noninteractive' }],
  ])('asks nobody %s, and removes', async (_where, words, more) => {
    const inFolder = ['/bin/sh', '-c', 'cd "$HOME" && exec "$@"', 'sh', ...words];
    const { code, screen } = await atTerminal(inFolder, [], more);
    expect({ code, screen }).toEqual({ code: 0, screen: expect.stringContaining(LATER) as string });
    expect(screen).not.toContain('[y/N]');
    expect(await isThere()).toBe(false);
  });
});
