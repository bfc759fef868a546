import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type * as Crypto from '../../../main/vault/passphrase-crypto.ts';
import { passphraseVault } from '../../support/passphrase-vault.ts';

/** Every key that was made, as its owner holds it: nothing else of the module is changed. */
const keys = vi.hoisted(() => [] as Buffer[]);
vi.mock('../../../main/vault/passphrase-crypto.ts', async (original) => {
  const real = await original<typeof Crypto>();
  const deriveKeys: typeof Crypto.deriveKeys = async (...args) => {
    const made = await real.deriveKeys(...args);
    keys.push(made.seal);
    return made;
  };
  return { ...real, deriveKeys };
});

const ENTRY = { refreshToken: 'refresh-token', scopes: ['urn:x:a'] };
const isZero = (key: Buffer) => key.every((byte) => byte === 0);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'passphrase-'));
  keys.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

it('[C27] a lock overwrites the key, at once and also after writes', async () => {
  const { vault } = passphraseVault(folder);
  await vault.create('right');
  await vault.write('name', ENTRY);
  expect(keys.map(isZero)).toEqual([false]);
  vault.lock();
  expect(keys.map(isZero)).toEqual([true]);
});

it('no key stays of a wrong passphrase, of a second unlock, or of one that was overtaken by a lock', async () => {
  const { vault } = passphraseVault(folder);
  await vault.create('right');
  expect(await vault.unlock('wrong')).toMatchObject({ trouble: 'wrong-passphrase' });
  expect(keys.map(isZero)).toEqual([false, true]);
  expect(await vault.unlock('right')).toEqual({ kind: 'done' });
  expect(keys.map(isZero)).toEqual([true, true, false]);
  expect(await vault.write('name', ENTRY)).toEqual({ kind: 'done' });
  const overtaken = vault.unlock('right');
  vault.lock();
  expect(await overtaken).toMatchObject({ trouble: 'locked' });
  expect(keys.map(isZero)).toEqual([true, true, true, true]);
});

it('a vault that could not be made leaves no key', async () => {
  const { vault } = passphraseVault(folder, {
    alone: () => {
      throw new Error('no');
    },
  });
  expect(await vault.create('right')).toMatchObject({ kind: 'refused', trouble: 'unreadable' });
  expect(keys.map(isZero)).toEqual([true]);
});
