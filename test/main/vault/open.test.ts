import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/build-targets.mjs';
import { KeyringSession, type KeyringKind } from '../../support/keyring-session.ts';
import { ABSENT, DONE, ENTRY, FOUND, NAME, trouble, vaultRig } from '../../support/vault-rig.ts';

/** As on a server without libsecret, and on a processor for which keytar has no build. */
describe('on Linux without the keychain library', { timeout: 30_000 }, () => {
  const { closing, vault } = vaultRig();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'no-libsecret-'));
    // Found before the real one, and no library.
    await writeFile(join(folder, 'libsecret-1.so.0'), '');
    const loading = promisify(execFile)(process.execPath, ['-e', "require('keytar')"], {
      cwd: ROOT,
      env: { LD_LIBRARY_PATH: folder },
    });
    await expect(loading).rejects.toThrow('Failed to load keytar native addon');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const session = async (keyring: KeyringKind) => closing(await KeyringSession.open({ keyring }));
  const without = (env: Record<string, string>) => vault({ ...env, LD_LIBRARY_PATH: folder });

  test('[C22] [C26] the keyring keeps entries, which the library finds and the other way round', async () => {
    const { env } = await session('unlocked');
    const first = await without(env);
    expect([await first.status(), await first.describe()]).toEqual([
      'ready',
      { backend: 'keychain', label: 'GNOME Keyring (Secret Service)', persistent: true },
    ]);
    expect(await first.write(NAME, ENTRY)).toEqual(DONE);
    await first.end();
    const second = await vault(env);
    expect(await second.read(NAME)).toEqual(FOUND);
    expect(await second.write(NAME, { ...ENTRY, refreshToken: 'rotated' })).toEqual(DONE);
    await second.end();
    const third = await without(env);
    expect(await third.read(NAME)).toMatchObject({ entry: { refreshToken: 'rotated' } });
    expect(await third.remove(NAME)).toEqual(DONE);
    expect(await third.read(NAME)).toEqual(ABSENT);
  });

  test('[C27] a locked keyring is locked, and one that is not there is missing for its own reason', async () => {
    const locked = await without((await session('locked')).env);
    expect(await locked.read(NAME)).toEqual(trouble('locked'));
    expect(await locked.write(NAME, ENTRY)).toEqual(trouble('locked'));
    const none = await without((await session('none')).env);
    expect(await none.status()).toBe('missing');
    expect(await none.describe()).toMatchObject({ absence: 'service' });
  });
});
