import { describe, expect, test } from 'vitest';
import { vaultProblem } from '../../../main/vault/messages.ts';
import { startDesktopSession } from '../../support/desktop-session.ts';
import { KeePassXCSession } from '../../support/keepassxc-session.ts';
import { until } from '../../support/processes.ts';
import { ABSENT, DONE, ENTRY, found, NAME, trouble, vaultRig } from '../../support/vault-rig.ts';
import { pressKeys } from '../../support/x11-keys.ts';

/** The vault against a real KeePassXC on a private bus; each test has its own. */
const ROTATED = { ...ENTRY, refreshToken: 'rotated' };
const rig = vaultRig();

const session = async (asks: boolean) => rig.closing(await KeePassXCSession.open({ asks }));
const vault = ({ env }: KeePassXCSession) => rig.vault(env);

describe('KeePassXC, set to hand out entries without a question', { timeout: 30_000 }, () => {
  test('[C22] [C26] keeps an entry over a restart of the app, and changes it without a question', async () => {
    const keepassxc = await session(false);
    const open = await vault(keepassxc);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    expect(await open.describe()).toMatchObject({ label: 'KeePassXC (Secret Service)' });
    await open.end();
    const next = await vault(keepassxc);
    expect(await next.read(NAME)).toEqual(found(ENTRY));
    expect(await next.write(NAME, ROTATED)).toEqual(DONE);
    expect(await next.read(NAME)).toEqual(found(ROTATED));
    // It writes its file a moment later.
    await expect.poll(() => keepassxc.entries(), { timeout: 5_000 }).toHaveLength(1);
  });

  test('removes an entry for the app; its recycle bin keeps it', async () => {
    const keepassxc = await session(false);
    const open = await vault(keepassxc);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    expect(await open.remove(NAME)).toEqual(DONE);
    expect(await open.read(NAME)).toEqual(ABSENT);
    expect(await open.write(NAME, ROTATED)).toEqual(DONE);
    expect(await open.read(NAME)).toEqual(found(ROTATED));
    const binned = async () => (await keepassxc.entries()).filter((path) => path.startsWith('Recycle Bin/'));
    await expect.poll(binned, { timeout: 5_000 }).toHaveLength(1);
  });

  test('[C27] locked, it says so for every operation, and has everything once it is open again', async () => {
    const keepassxc = await session(false);
    const open = await vault(keepassxc);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    await keepassxc.lock();
    expect(await open.status()).toBe('locked');
    expect(await open.read(NAME)).toEqual(trouble('locked'));
    expect(await open.read(`${NAME}-that-never-was`)).toEqual(trouble('locked'));
    expect(await open.write(NAME, ENTRY)).toEqual(trouble('locked'));
    expect(await open.remove(NAME)).toEqual(trouble('locked'));
    await keepassxc.unlock();
    expect(await open.read(NAME)).toEqual(found(ENTRY));
  });

  test('[C27] without an open database it has no collection, and the words are about one', async () => {
    const keepassxc = await session(false);
    const open = await vault(keepassxc);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    await keepassxc.closeDatabase();
    expect(await open.read(NAME)).toEqual(trouble('missing'));
    const { label, absence } = await open.describe();
    expect(absence).toBe('collection');
    expect(vaultProblem('missing', label, absence).next).toContain('Open a database in KeePassXC');
    await keepassxc.unlock();
    expect(await open.read(NAME)).toEqual(found(ENTRY));
  });
});

test('[C27] [C59] KeePassXC, as it comes: what it would ask the user for is refused and not waited for', async () => {
  const keepassxc = await session(true);
  const open = await vault(keepassxc);
  expect(await open.write(NAME, ENTRY)).toEqual(DONE);
  // What this connection made it may read and change.
  expect(await open.read(NAME)).toEqual(found(ENTRY));
  expect(await open.write(NAME, ROTATED)).toEqual(DONE);
  await open.end();
  const next = await vault(keepassxc);
  expect(await next.status()).toBe('ready');
  expect(await next.read(NAME)).toMatchObject(trouble('denied'));
  expect(await next.write(NAME, ENTRY)).toMatchObject(trouble('denied'));
  expect(await next.remove(NAME)).toMatchObject(trouble('denied'));
  expect(await next.read(`${NAME}-that-never-was`)).toEqual(ABSENT);
  const { label } = await next.describe();
  expect(vaultProblem('denied', label).next).toContain(
    '“Confirm when passwords are retrieved by clients” off',
  );
}, 30_000);

test('[C27] KeePassXC, as it comes, asks when somebody wants it to, and then hands out and takes in', async () => {
  const { display } = rig.closing(await startDesktopSession({ tray: false, keyring: 'none' }));
  const keepassxc = rig.closing(await KeePassXCSession.open({ asks: true, display }));
  const first = await vault(keepassxc);
  expect(await first.write(NAME, ENTRY)).toEqual(DONE);
  await first.end();
  const next = await vault(keepassxc);
  expect(await next.read(NAME)).toMatchObject(trouble('denied'));
  let answered = false;
  void next.ask().then(() => (answered = true));
  await until('an answer', async () => {
    await pressKeys(display, ['Enter']);
    return answered || undefined;
  });
  expect(await next.read(NAME)).toEqual(found(ENTRY));
  expect(await next.write(NAME, ROTATED)).toEqual(DONE);
  expect(await next.read(NAME)).toEqual(found(ROTATED));
}, 60_000);
