import { expect, it } from 'vitest';
import { ClaimedVault } from '../../../main/host/claimed-vault.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';

const NAME = 'demo/client/sub/flows.globus.org/1';
const ENTRY = { refreshToken: 'refresh', scopes: ['all'] };

it('[C20] lets every question wait until the lock is ours', async () => {
  const inner = new MemoryVault();
  let claimed: (ours: boolean) => void = () => undefined;
  const vault = new ClaimedVault(inner, new Promise((resolve) => (claimed = resolve)));
  const writing = vault.write(NAME, ENTRY);
  expect(await inner.read(NAME)).toEqual({ kind: 'absent' });
  claimed(true);
  expect(await writing).toEqual({ kind: 'done' });
  expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
  expect(await vault.status()).toBe('ready');
  expect(await vault.remove(NAME)).toEqual({ kind: 'done' });
  expect(vault.describe()).toEqual(inner.describe());
});

it('[C20] touches nothing when another process has the lock', async () => {
  const inner = new MemoryVault();
  await inner.write(NAME, ENTRY);
  const vault = new ClaimedVault(inner, Promise.resolve(false));
  const denied = { kind: 'trouble', trouble: 'denied' };
  expect(await vault.status()).toBe('denied');
  expect(await vault.read(NAME)).toMatchObject(denied);
  expect(await vault.write(NAME, { ...ENTRY, refreshToken: 'other' })).toMatchObject(denied);
  expect(await vault.remove(NAME)).toMatchObject(denied);
  expect(await inner.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
});
