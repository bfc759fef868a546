import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder, resolveElectron } from '../../scripts/electron-runtime.mjs';
import { integrityOf } from '../../scripts/pinned-package.mjs';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtime-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function dist(name: string, manifest?: object): Promise<string> {
  const place = join(folder, name);
  await mkdir(join(place, 'resources', 'app'), { recursive: true });
  await writeFile(join(place, 'electron'), '');
  await chmod(join(place, 'electron'), 0o755);
  await writeFile(join(place, 'version'), 'v44.1.0\n');
  if (manifest) await writeFile(join(place, 'resources/app/package.json'), JSON.stringify(manifest));
  return place;
}

describe('resolveElectron()', () => {
  it('takes ELECTRON_OVERRIDE_DIST_PATH before anything else', async () => {
    const place = await dist('override');
    const env = { ELECTRON_OVERRIDE_DIST_PATH: place };
    await expect(resolveElectron({ allowTestRuntime: false, env })).resolves.toEqual({
      executable: join(place, 'electron'),
      dist: place,
      version: '44.1.0',
      official: true,
    });
  });

  it('does not call a test runtime official when it comes by the override', async () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: await dist('loader', { name: 'loader' }) };
    await expect(resolveElectron({ allowTestRuntime: false, env })).resolves.toMatchObject({
      official: false,
    });
  });

  it('refuses an override without an executable in it', async () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nowhere') };
    await expect(resolveElectron({ allowTestRuntime: true, env })).rejects.toThrow('there is no Electron at');
  });
});

describe('cacheFolder()', () => {
  it('follows XDG_CACHE_HOME', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/somewhere' })).toBe('/somewhere/globus-token-tray');
    expect(cacheFolder({})).toMatch(/\.cache\/globus-token-tray$/);
  });
});

describe('integrityOf()', () => {
  it("writes a file's sha512 as npm does", async () => {
    const file = join(folder, 'empty');
    await writeFile(file, '');
    await expect(integrityOf(file)).resolves.toBe(
      'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
    );
  });
});
