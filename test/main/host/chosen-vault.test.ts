import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChosenVault } from '../../../main/host/chosen-vault.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';
import { FAST, passphraseVault } from '../../support/passphrase-vault.ts';

const NAME = 'production/0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f/sub/flows.globus.org/1';
const ENTRY = { refreshToken: 'r', scopes: ['s'] };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'chosen-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('[C26] uses the keychain until another choice is made, and carries nothing over', async () => {
  const keychain = new MemoryVault();
  const memory = new MemoryVault();
  const { vault: passphrase } = passphraseVault(folder, { cost: FAST });
  const vault = new ChosenVault({ keychain, passphrase, memory }, null);
  await vault.write(NAME, ENTRY);
  expect(await keychain.read(NAME)).toMatchObject({ kind: 'found' });

  vault.choose('memory');
  expect(vault.backend).toBe('memory');
  expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
  vault.choose('keychain');
  expect(await vault.read(NAME)).toMatchObject({ kind: 'found' });
  expect(await vault.remove(NAME)).toEqual({ kind: 'done' });
  expect(await vault.status()).toBe('ready');
  expect(vault.describe()).toEqual(keychain.describe());
});

it('[C26] writes no passphrase file before one is made, and finds in it only what was put there', async () => {
  const { vault: passphrase } = passphraseVault(folder, { cost: FAST });
  const vault = new ChosenVault({ keychain: new MemoryVault(), passphrase, memory: new MemoryVault() }, null);
  await vault.write(NAME, ENTRY);
  vault.choose('passphrase');
  expect(await vault.status()).toBe('missing');
  expect(await vault.write(NAME, ENTRY)).toMatchObject({ kind: 'trouble', trouble: 'missing' });
  expect(readdirSync(folder)).toEqual([]);

  expect(await vault.passphrase.create('a passphrase')).toEqual({ kind: 'done' });
  expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
  expect(await vault.write(NAME, ENTRY)).toEqual({ kind: 'done' });
  expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
});
