import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NpmRegistry, SCRIPTS, startNpmRegistry, withoutBuild } from '../support/npm-registry.ts';

const run = promisify(execFile);

let folder: string;
let registry: NpmRegistry;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npm-'));
  env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder, LC_ALL: 'C.UTF-8' };
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

const npm = (program: string, ...words: string[]) =>
  run(program, words, { cwd: folder, env: { ...env, ...registry.env, ...SCRIPTS } });

describe('from npm', () => {
  it('[C51] is run by npx without an installation', async () => {
    registry = await startNpmRegistry();
    const version = await npm('npx', '--yes', 'globus-token-tray', '--version');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await npm('npx', '--yes', 'globus-token-tray', 'help', 'get');
    expect(help.stdout).toContain('usage: globus-token get');
  }, 120_000);

  it('[C26] is installed where keytar has no build and cannot be made: the agent does without a keychain', async () => {
    registry = await startNpmRegistry(withoutBuild);
    await npm('npm', 'install', '--global', '--prefix', join(folder, 'prefix'), 'globus-token-tray');
    const modules = join(folder, 'prefix', 'lib', 'node_modules', 'globus-token-tray', 'node_modules');
    expect(await readdir(modules)).toEqual(expect.arrayContaining(['koffi']));
    expect(await readdir(modules)).not.toContain('keytar');
    const there = {
      ...env,
      PATH: `${join(folder, 'prefix', 'bin')}:${env['PATH']}`,
      XDG_RUNTIME_DIR: folder,
    };
    const token = (...words: string[]) => run('globus-token', words, { env: there });
    await token('agent', '--detach');
    try {
      const { stdout } = await token('status');
      expect(stdout).toMatch(/^vault +.*(?:missing|no keychain)/m);
    } finally {
      await token('agent', '--stop');
    }
  }, 120_000);
});
