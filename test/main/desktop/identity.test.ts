import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { setupIdentity } from '../../../main/desktop/identity.ts';
import { StartRefused } from '../../../main/host/start.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'identity-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

function setup(demo: boolean, userDataDir = '') {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void calls.push([name, ...args]);
  const app = {
    getPath: () => base,
    commandLine: { getSwitchValue: () => userDataDir },
    setName: note('name'),
    setPath: note('path'),
    setAppUserModelId: note('id'),
  };
  const options = {
    demo: demo ? { auth: 1, flows: 2, clientId: null } : null,
    hidden: false,
    palette: false,
  };
  return { calls, folder: () => setupIdentity(app as unknown as App, options) };
}

it.each([
  [false, 'globus-token-tray'],
  [true, 'globus-token-tray-demo'],
])('[C28] with demo %s uses the private folder %s', async (demo, name) => {
  const { calls, folder } = setup(demo);
  expect(folder()).toBe(join(base, name));
  expect(calls).toContainEqual(['path', 'userData', join(base, name)]);
  expect((await stat(join(base, name))).mode & 0o777).toBe(0o700);
});

it('honours --user-data-dir', () => {
  const { folder } = setup(false, join(base, 'elsewhere'));
  expect(folder()).toBe(join(base, 'elsewhere'));
});

it('[C28] refuses to start on a folder that is not its own', async () => {
  await symlink(base, join(base, 'link'));
  const { calls, folder } = setup(false, join(base, 'link'));
  expect(folder).toThrow(StartRefused);
  expect(calls).toEqual([]);
});
