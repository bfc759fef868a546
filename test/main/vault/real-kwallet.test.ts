import { describe, expect, test } from 'vitest';
import { vaultProblem } from '../../../main/vault/messages.ts';
import { startDesktopSession } from '../../support/desktop-session.ts';
import { KWalletSession } from '../../support/kwallet-session.ts';
import { until } from '../../support/processes.ts';
import { DONE, ENTRY, FOUND, NAME, trouble, vaultRig } from '../../support/vault-rig.ts';
import { pressKeys } from '../../support/x11-keys.ts';
import { openX11 } from '../../support/x11.ts';

/** The vault against a real KWallet, whichever the system has, on a private bus; each test has its own. */
const SERVICE = 'globus-token-tray';
const rig = vaultRig();

const session = async (wallet = true) => rig.closing(await KWalletSession.open({ wallet }));
const vault = ({ env }: KWalletSession) => rig.vault(env);

/** By the system's tool, which gets nothing in one session of 256 and is asked again. */
function lookUp(kwallet: KWalletSession): Promise<string> {
  return kwallet.secretTool(['lookup', 'service', SERVICE, 'account', NAME]).catch(() => '');
}

describe('KWallet', { timeout: 30_000 }, () => {
  test('[C26] [C27] is ready once the login opened the wallet, though no program has asked for it', async () => {
    const kwallet = await session();
    const open = await vault(kwallet);
    expect(await open.status()).toBe('locked');
    await kwallet.unlock();
    expect(await open.status()).toBe('ready');
    expect(await open.describe()).toEqual({
      backend: 'keychain',
      label: 'KWallet (Secret Service)',
      persistent: true,
    });
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
  });

  test('[C22] keeps an entry over a restart of the app, changes it, and removes it for good', async () => {
    const kwallet = await session();
    await kwallet.unlock();
    const open = await vault(kwallet);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    await open.end();
    const next = await vault(kwallet);
    expect(await next.read(NAME)).toEqual(FOUND);
    expect(await next.write(NAME, { ...ENTRY, refreshToken: 'rotated' })).toEqual(DONE);
    await expect.poll(() => lookUp(kwallet)).toContain('rotated');
    expect(await next.remove(NAME)).toEqual(DONE);
    expect(await next.read(NAME)).toEqual({ kind: 'absent' });
    expect(await kwallet.secretTool(['search', '--all', 'service', SERVICE])).toBe('');
  });

  test('[C27] closed, it asks for its password when somebody wants it to, and stays closed when told no', async () => {
    const { display } = rig.closing(await startDesktopSession({ tray: false, keyring: 'none' }));
    const kwallet = rig.closing(await KWalletSession.open({ wallet: true, display }));
    const open = await vault(kwallet);
    expect(await open.status()).toBe('locked');
    const screen = await openX11(display);
    const question = screen.nextWindow({ minWidth: 200 });
    let answered = false;
    void open.ask().then(() => (answered = true));
    await question;
    screen.close();
    expect(answered).toBe(false);
    await until('an answer', async () => {
      await pressKeys(display, ['Escape']);
      return answered || undefined;
    });
    expect(await open.status()).toBe('locked');
    expect(await open.read(NAME)).toEqual(trouble('locked'));
  });

  test('[C27] closed, it says locked for every operation and stays closed; then it has everything', async () => {
    const kwallet = await session();
    await kwallet.unlock();
    const open = await vault(kwallet);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    await kwallet.lock();
    expect(await open.read(NAME)).toEqual(trouble('locked'));
    expect(await open.read(`${NAME}-that-never-was`)).toEqual(trouble('locked'));
    expect(await open.write(NAME, ENTRY)).toEqual(trouble('locked'));
    expect(await open.remove(NAME)).toEqual(trouble('locked'));
    expect(await open.status()).toBe('locked');
    await kwallet.unlock();
    // A read alone is enough: nobody has looked at the state in between.
    expect(await open.read(NAME)).toEqual(FOUND);
  });

  test('[C22] [C27] killed and started again, it is found again without a restart of the app', async () => {
    const kwallet = await session();
    await kwallet.unlock();
    const open = await vault(kwallet);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    // What it says it has, it writes some seconds later; closing it writes it.
    await kwallet.lock();
    await kwallet.kill();
    expect(await open.read(NAME)).toEqual(trouble('missing'));
    await kwallet.start();
    expect(await open.read(NAME)).toEqual(trouble('locked'));
    await kwallet.unlock();
    expect(await open.read(NAME)).toEqual(FOUND);
    expect(await open.write(NAME, { ...ENTRY, refreshToken: 'rotated' })).toEqual(DONE);
    expect(await open.read(NAME)).toMatchObject({ entry: { refreshToken: 'rotated' } });
  });

  test('stores entries that the system tools can see, change and delete', async () => {
    const kwallet = await session();
    await kwallet.unlock();
    const open = await vault(kwallet);
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
    await expect.poll(() => lookUp(kwallet)).toContain('canary-refresh-token');
    const args = ['store', '--label=x', 'service', SERVICE, 'account', NAME];
    const schema = ['xdg:schema', 'org.freedesktop.Secret.Generic'];
    const changed = JSON.stringify({ v: 1, ...ENTRY, refreshToken: 'theirs' });
    await expect
      .poll(async () => {
        await kwallet.secretTool([...args, ...schema], changed);
        return open.read(NAME);
      })
      .toMatchObject({ entry: { refreshToken: 'theirs' } });
    await kwallet.secretTool(['clear', 'service', SERVICE, 'account', NAME]);
    expect(await open.read(NAME)).toEqual({ kind: 'absent' });
  });

  test('[C26] [C27] without a wallet in it, it has no collection, and the words are about a wallet', async () => {
    const kwallet = await session(false);
    await kwallet.start();
    const open = await vault(kwallet);
    expect(await open.status()).toBe('missing');
    const { label, absence } = await open.describe();
    expect({ label, absence }).toEqual({ label: 'KWallet (Secret Service)', absence: 'collection' });
    expect(vaultProblem('missing', label, absence).next).toContain('“kdewallet” in KWalletManager');
    expect(await open.write(NAME, ENTRY)).toEqual(trouble('missing'));
  });

  test('[C27] installed and not running, it is started', async () => {
    const kwallet = await session();
    await kwallet.kill();
    await kwallet.installed();
    const open = await vault(kwallet);
    expect(await open.status()).toBe('locked');
    await kwallet.unlock();
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
  });

  test('[C26] [C27] started by a login whose session is not there yet, it is waited for, and its wallet is open', async () => {
    const kwallet = await session();
    await kwallet.installed();
    const sessionStarts = await kwallet.login();
    const open = await vault(kwallet);
    expect(await open.status()).toBe('missing');
    expect(await open.status()).toBe('missing');
    await sessionStarts();
    await expect.poll(() => open.status(), { timeout: 10_000 }).toBe('ready');
    expect(await open.write(NAME, ENTRY)).toEqual(DONE);
  });
});
