import { chmod, chown, mkdtemp, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensurePrivateFolder } from '../../../main/host/private-folder.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'private-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));
const mode = async (path: string) => (await stat(path)).mode & 0o777;

it('[C28] creates it, with its parents, for the owner alone', async () => {
  ensurePrivateFolder(join(base, 'a', 'b'));
  expect(await mode(join(base, 'a', 'b'))).toBe(0o700);
});

it('[C28] repairs a 0755 folder', async () => {
  const folder = join(base, 'wide');
  await mkdir(folder);
  await chmod(folder, 0o755);
  ensurePrivateFolder(folder);
  expect(await mode(folder)).toBe(0o700);
});

it('[C28] refuses a symlink, even to a private folder', async () => {
  await mkdir(join(base, 'real'), { mode: 0o700 });
  await symlink(join(base, 'real'), join(base, 'link'));
  expect(() => ensurePrivateFolder(join(base, 'link'))).toThrow('symlink');
});

it('refuses a file', async () => {
  await writeFile(join(base, 'file'), '');
  expect(() => ensurePrivateFolder(join(base, 'file'))).toThrow();
});

it.runIf(process.getuid?.() === 0)('[C28] refuses a folder of another user', async () => {
  await mkdir(join(base, 'theirs'));
  await chown(join(base, 'theirs'), 12_345, 12_345);
  expect(() => ensurePrivateFolder(join(base, 'theirs'))).toThrow('another user');
});

describe('on Windows, where no user has a number', () => {
  const { getuid } = process;
  beforeEach(() => void Reflect.deleteProperty(process, 'getuid'));
  afterEach(() => void Object.assign(process, { getuid }));

  it('[C28] leaves the access list of the profile as it is, and still refuses a link', async () => {
    const folder = join(base, 'profile');
    await mkdir(folder);
    await chmod(folder, 0o755);
    ensurePrivateFolder(folder);
    expect(await mode(folder)).toBe(0o755);
    await symlink(folder, join(base, 'link'));
    expect(() => ensurePrivateFolder(join(base, 'link'))).toThrow('symlink');
  });
});
