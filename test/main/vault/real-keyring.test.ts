import dbus from 'dbus-native';
import { describe, expect, test } from 'vitest';
import { KeyringSession, type KeyringKind } from '../../support/keyring-session.ts';
import { StandIn } from '../../support/private-bus.ts';
import type { VaultProcess } from '../../support/vault-process.ts';
import { DONE, ENTRY, FOUND, NAME, trouble, vaultRig } from '../../support/vault-rig.ts';

/** The vault against a real gnome-keyring on a private bus; each test has its own. */
const { closing, vault } = vaultRig();

const session = async (keyring: KeyringKind) => closing(await KeyringSession.open({ keyring }));

/** A keyring with one entry in it, and a vault on it. */
async function stocked(deadline?: number): Promise<{ keyring: KeyringSession; open: VaultProcess }> {
  const keyring = await session('unlocked');
  const open = await vault(keyring.env, deadline);
  await expect.poll(() => open.status(), { timeout: 10_000 }).toBe('ready');
  // What was missing is said, should it fail.
  expect(await open.write(NAME, ENTRY), JSON.stringify(await open.describe())).toEqual(DONE);
  return { keyring, open };
}

/** With that, libsecret in a box has what it needs to keep passwords in a file. */
async function startSecretPortal(keyring: KeyringSession): Promise<void> {
  const portal = new StandIn(await keyring.connect(), ({ member, body: [about] = [] }) =>
    member === 'Get' && about === SECRET_PORTAL ? ['v', [new dbus.Variant('u', 1)]] : null,
  );
  closing({ close: () => Promise.resolve(portal.leave()) });
  await portal.own('org.freedesktop.portal.Desktop');
}
const SECRET_PORTAL = 'org.freedesktop.portal.Secret';

describe('an open keyring', { timeout: 30_000 }, () => {
  test('[C26] names the backend in use', async () => {
    const open = await vault((await session('unlocked')).env);
    expect(await open.status()).toBe('ready');
    expect(await open.describe()).toEqual({
      backend: 'keychain',
      label: 'GNOME Keyring (Secret Service)',
      persistent: true,
    });
  });

  test('[C22] keeps an entry over a restart of the app, then removes it for good', async () => {
    const { keyring, open } = await stocked();
    await open.end();
    const next = await vault(keyring.env);
    expect(await next.read(NAME)).toEqual(FOUND);
    expect(await next.remove(NAME)).toEqual(DONE);
    expect(await next.read(NAME)).toEqual({ kind: 'absent' });
    expect(await next.remove(NAME)).toEqual(DONE);
  });

  test('keeps an entry over a restart of the keyring, without a restart of the app', async () => {
    const { keyring, open } = await stocked();
    await keyring.kill();
    expect(await open.read(NAME)).toEqual(trouble('missing'));
    await keyring.start();
    expect(await open.read(NAME)).toEqual(FOUND);
    expect(await open.write(NAME, { ...ENTRY, refreshToken: 'rotated' })).toEqual(DONE);
    expect(await keyring.secretTool(['lookup', 'account', NAME])).toContain('rotated');
    expect(await open.read(NAME)).toMatchObject({ entry: { refreshToken: 'rotated' } });
    expect(await open.remove(NAME)).toEqual(DONE);
    expect(await open.read(NAME)).toEqual({ kind: 'absent' });
  });

  test('stores entries that the system tools can see and delete', async () => {
    const { keyring, open } = await stocked();
    const seen = await keyring.secretTool(['search', 'service', 'globus-token-tray']);
    expect(seen).toContain(NAME);
    expect(seen).toContain('org.freedesktop.Secret.Generic');
    await keyring.secretTool(['clear', 'service', 'globus-token-tray', 'account', NAME]);
    expect(await open.read(NAME)).toEqual({ kind: 'absent' });
  });

  test.each([
    ['a program started inside a snap', { SNAP_NAME: 'code' }],
    ['SECRET_BACKEND=file', { SECRET_BACKEND: 'file' }],
  ])('[C22] is where entries go when the library would keep them in a file: %s', async (_where, more) => {
    const keyring = await session('unlocked');
    await startSecretPortal(keyring);
    const open = await vault({ ...keyring.env, ...more, SECRET_FILE_TEST_PASSWORD: 'the file’s' });
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    expect(await keyring.secretTool(['lookup', 'account', NAME])).toContain(ENTRY.refreshToken);
    await open.end();
    const next = await vault(keyring.env);
    expect(await next.read(NAME)).toEqual(FOUND);
    expect(await next.remove(NAME)).toEqual(DONE);
  });

  test('answers 100 readers at once', async () => {
    const { open } = await stocked();
    const all = await Promise.all(Array.from({ length: 100 }, () => open.read(NAME)));
    expect(new Set(all.map((one) => one.kind))).toEqual(new Set(['found']));
  });

  test('does not take a foreign value under its name for "signed out"', async () => {
    const { keyring, open } = await stocked();
    const args = ['store', '--label=x', 'service', 'globus-token-tray', 'account', NAME];
    await keyring.secretTool([...args, 'xdg:schema', 'org.freedesktop.Secret.Generic'], '{"broken');
    expect(await open.read(NAME)).toMatchObject(trouble('denied'));
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    expect(await open.read(NAME)).toEqual(FOUND);
  });
});

describe('a keyring that is not there', { timeout: 30_000 }, () => {
  const cases = [
    ['no session bus', 'bus', () => Promise.resolve({ PATH: process.env['PATH'] ?? '' })],
    ['a dead session bus', 'bus', deadBus],
    ['a bus without a keyring service', 'service', async () => (await session('none')).env],
    ['a service without a default keyring', 'collection', async () => (await session('no-collection')).env],
  ] as const;

  test.each(cases)('[C27] %s is missing, with its own cause', async (_title, absence, environment) => {
    const open = await vault(await environment());
    expect(await open.status()).toBe('missing');
    expect(await open.describe()).toMatchObject({ absence });
    // [C26] Nothing is written anywhere, and nothing is said to be there or gone.
    expect(await open.write(NAME, ENTRY)).toEqual(trouble('missing'));
    expect(await open.read(NAME)).toEqual(trouble('missing'));
    expect(await open.remove(NAME)).toEqual(trouble('missing'));
  });

  async function deadBus(): Promise<Record<string, string>> {
    const keyring = await session('none');
    await keyring.killBus();
    return keyring.env;
  }

  test('[C27] is found when it is installed while the app runs', async () => {
    const keyring = await session('none');
    const open = await vault(keyring.env);
    expect(await open.status()).toBe('missing');
    await keyring.start();
    expect(await open.status()).toBe('ready');
    expect(await open.describe()).toEqual(
      expect.objectContaining({ label: 'GNOME Keyring (Secret Service)', persistent: true }),
    );
    expect(await open.describe()).not.toHaveProperty('absence');
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
  });

  test('[C27] a bus that ends while the app runs leaves the app alive', async () => {
    const { keyring, open } = await stocked();
    await keyring.killBus();
    expect(await open.read(NAME)).toEqual(trouble('missing'));
    expect(await open.status()).toBe('missing');
    expect(open.running).toBe(true);
  });
});

describe('a locked keyring', { timeout: 30_000 }, () => {
  test('[C27] says so for every operation, and has everything after unlocking', async () => {
    const { keyring, open } = await stocked();
    await keyring.lock();
    expect(await open.status()).toBe('locked');
    expect(await open.read(NAME)).toEqual(trouble('locked'));
    expect(await open.read(`${NAME}-that-never-was`)).toEqual(trouble('locked'));
    expect(await open.write(NAME, ENTRY)).toEqual(trouble('locked'));
    expect(await open.remove(NAME)).toEqual(trouble('locked'));
    await keyring.unlock();
    expect(await open.status()).toBe('ready');
    expect(await open.read(NAME)).toEqual(FOUND);
  });

  test('[C27] is locked from the start for a new app', async () => {
    const open = await vault((await session('locked')).env);
    expect(await open.status()).toBe('locked');
    expect(await open.read(NAME)).toEqual(trouble('locked'));
  });

  test('[C27] locked between the look and the read, it does not read as signed out', async () => {
    const { keyring, open } = await stocked();
    const read = await open.between(
      'getPassword',
      () => open.read(NAME),
      () => keyring.lock(),
    );
    expect(read).toEqual(trouble('locked'));
    await keyring.unlock();
    expect(await open.read(NAME)).toEqual(FOUND);
  });

  test('[C27] locked between the look and the write, it says locked and keeps the old entry', async () => {
    const { keyring, open } = await stocked();
    const rotated = { ...ENTRY, refreshToken: 'rotated' };
    const written = await open.between(
      'setPassword',
      () => open.write(NAME, rotated),
      () => keyring.lock(),
    );
    expect(written).toEqual(trouble('locked'));
    await keyring.unlock();
    expect(await open.read(NAME)).toEqual(FOUND);
  });

  test('[C27] locked between the look and the removal, it does not claim to have removed', async () => {
    const { keyring, open } = await stocked();
    const removed = await open.between(
      'deletePassword',
      () => open.remove(NAME),
      () => keyring.lock(),
    );
    expect(removed).toEqual(trouble('locked'));
    await keyring.unlock();
    expect(await open.read(NAME)).toEqual(FOUND);
  });

  test('[C27] locked between write and read, and unlocked again before the null is judged', async () => {
    const { keyring, open } = await stocked();
    await keyring.lock();
    expect(await open.read(NAME)).toEqual(trouble('locked'));
    await keyring.unlock();
    const read = await open.between(
      'getPassword',
      () => open.read(NAME),
      async () => {
        await keyring.lock();
        await keyring.unlock();
      },
    );
    expect(read).toEqual(FOUND);
  });
});

describe('a hanging keyring', { timeout: 60_000 }, () => {
  test('[C27] with 50 readers waiting, files and memory answer within 100 ms', async () => {
    const { keyring, open } = await stocked(2_000);
    keyring.stop();
    const readers = Array.from({ length: 50 }, () => open.read(NAME));
    const times = await open.unrelated();
    expect(times.file).toBeLessThan(100);
    expect(times.memory).toBeLessThan(100);
    expect(await Promise.all(readers)).toEqual(Array.from({ length: 50 }, () => trouble('slow')));
    // From now on nobody waits for the deadline again.
    const start = performance.now();
    expect(await open.status()).toBe('slow');
    expect(await open.write(NAME, ENTRY)).toEqual(trouble('slow'));
    expect(performance.now() - start).toBeLessThan(500);
    keyring.continue();
    await expect.poll(() => open.status(), { timeout: 10_000 }).toBe('ready');
    expect(await open.read(NAME)).toEqual(FOUND);
  });

  test('[C27] stopped between the look and the read, one thread hangs and the others work', async () => {
    const { keyring, open } = await stocked(1_000);
    const first = open.between(
      'getPassword',
      () => open.read(NAME),
      () => keyring.stop(),
    );
    expect(await first).toEqual(trouble('slow'));
    const readers = Array.from({ length: 50 }, () => open.read(NAME));
    const times = await open.unrelated();
    expect(times.file).toBeLessThan(100);
    expect(times.memory).toBeLessThan(100);
    expect(await Promise.all(readers)).toEqual(Array.from({ length: 50 }, () => trouble('slow')));
    expect(await open.status()).toBe('slow');
    keyring.continue();
    await expect.poll(() => open.status(), { timeout: 10_000 }).toBe('ready');
    expect(await open.read(NAME)).toEqual(FOUND);
  });

  test('[C27] a keyring that dies in the middle of a call and comes back', async () => {
    const { keyring, open } = await stocked(5_000);
    const read = await open.between(
      'getPassword',
      () => open.read(NAME),
      () => {
        keyring.stop();
        setImmediate(() => void keyring.kill());
      },
    );
    expect(read).toEqual(trouble('missing'));
    await expect.poll(() => open.status()).toBe('missing');
    await keyring.start();
    expect(await open.status()).toBe('ready');
    expect(await open.read(NAME)).toEqual(FOUND);
  });
});
