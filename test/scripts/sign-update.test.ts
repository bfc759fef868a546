import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSigned, parseKey } from '../../main/desktop/updates/signature.ts';
import { signUpdates } from '../../scripts/sign-update.mjs';
import { listOf, newReleaseKey } from '../support/update-feed.ts';

const KEY = newReleaseKey();
const ENV = { GLOBUS_TRAY_UPDATE_PRIVATE_KEY: KEY.pem, GLOBUS_TRAY_UPDATE_KEY: KEY.publicText };
const RELEASE = { version: '1.2.3', name: 'app.AppImage', artefact: Buffer.from('the app') };

let folder: string;
let list: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sign-'));
  list = join(folder, 'latest-linux.yml');
  await writeFile(list, listOf(RELEASE));
  await writeFile(join(folder, RELEASE.name), RELEASE.artefact);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('signs a list so that the app takes it', async () => {
  expect(await signUpdates([list], ENV)).toEqual([`${list}.sig`]);
  const [bytes, signature] = await Promise.all([readFile(list), readFile(`${list}.sig`, 'utf8')]);
  const key = parseKey(KEY.publicText);
  if (key === null) throw new Error('no key');
  expect(isSigned(bytes, signature, key)).toBe(true);
});

describe('signs nothing', () => {
  const RSA = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';

  it.each<[string, Record<string, string>, RegExp]>([
    ['without a key', { GLOBUS_TRAY_UPDATE_PRIVATE_KEY: '' }, /not set/],
    ['with what is no key, and does not repeat it', { GLOBUS_TRAY_UPDATE_PRIVATE_KEY: RSA }, /^(?!.*AAAA)/],
    [
      'with a key that the builds do not know',
      { GLOBUS_TRAY_UPDATE_KEY: newReleaseKey().publicText },
      /half/,
    ],
  ])('%s', async (_title, change, why) => {
    await expect(signUpdates([list], { ...ENV, ...change })).rejects.toThrow(why);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('of a list beside other files than it describes', async () => {
    await writeFile(join(folder, RELEASE.name), 'stapled');
    await expect(signUpdates([list], ENV)).rejects.toThrow('is not the file that it describes');
    await rm(join(folder, RELEASE.name));
    await expect(signUpdates([list], ENV)).rejects.toThrow('ENOENT');
    expect(await readdir(folder)).toEqual(['latest-linux.yml']);
  });
});
