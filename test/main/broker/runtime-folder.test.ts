import { chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withoutGoneFolder, withRuntimeFolder } from '../../../main/broker/runtime-folder.ts';

const uid = process.getuid?.() ?? 0;
let root: string;
const folder = () => join(root, String(uid));
const found = (env: Record<string, string>, platform = 'linux') =>
  withRuntimeFolder(env, uid, platform, root)['XDG_RUNTIME_DIR'];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'run-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

it.each([{}, { XDG_RUNTIME_DIR: '' }])('finds logind’s folder where nobody told of it: %j', async (env) => {
  await mkdir(folder());
  expect(found(env)).toBe(folder());
  expect(withRuntimeFolder({ HOME: '/h' }, uid, 'linux', root)).toMatchObject({ HOME: '/h' });
});

it('keeps the one that was told of', async () => {
  await mkdir(folder());
  expect(found({ XDG_RUNTIME_DIR: '/run/mine' })).toBe('/run/mine');
});

it('does without where there is none, or no logind', async () => {
  expect(found({})).toBeUndefined();
  await mkdir(folder());
  expect(found({}, 'darwin')).toBeUndefined();
  expect(withRuntimeFolder({}, null, 'linux', root)['XDG_RUNTIME_DIR']).toBeUndefined();
});

it('[C30] takes neither a link nor a file for it', async () => {
  await writeFile(folder(), '');
  expect(found({})).toBeUndefined();
  await rm(folder());
  await symlink(tmpdir(), folder());
  expect(found({})).toBeUndefined();
});

// Only root can give something away.
it.runIf(process.geteuid?.() === 0)('[C30] takes no folder of another user for it', async () => {
  await mkdir(folder());
  await chown(folder(), 65_534, 65_534);
  expect(found({})).toBeUndefined();
});

it('passes over logind’s folder that is named and gone', async () => {
  const env = { HOME: '/h', XDG_RUNTIME_DIR: folder() };
  const left = () => withoutGoneFolder(env, uid, 'linux', root);
  expect(left()).toEqual({ HOME: '/h' });
  await mkdir(folder());
  expect(left()).toBe(env);
});

it('keeps any other folder, there or not', () => {
  const env = { XDG_RUNTIME_DIR: '/nowhere' };
  expect(withoutGoneFolder(env, uid, 'linux', root)).toBe(env);
  const named = { XDG_RUNTIME_DIR: folder() };
  expect(withoutGoneFolder(named, uid, 'darwin', root)).toBe(named);
  expect(withoutGoneFolder(named, null, 'linux', root)).toBe(named);
});
