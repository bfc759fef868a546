import { expect, it } from 'vitest';
import { ChosenVault } from '../../../main/desktop/vault-choice.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';

const NAME = 'production/0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f/sub/flows.globus.org/1';
const ENTRY = { refreshToken: 'r', scopes: ['s'] };

it('[C26] uses the keychain until another choice is made, and carries nothing over', async () => {
  const keychain = new MemoryVault();
  const memory = new MemoryVault();
  const vault = new ChosenVault({ keychain, memory }, null);
  await vault.write(NAME, ENTRY);
  expect(await keychain.read(NAME)).toMatchObject({ kind: 'found' });

  vault.choose('memory');
  expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
  vault.choose('keychain');
  expect(await vault.read(NAME)).toMatchObject({ kind: 'found' });
  expect(await vault.remove(NAME)).toEqual({ kind: 'done' });
  expect(await vault.status()).toBe('ready');
  expect(vault.describe()).toEqual(keychain.describe());
});
