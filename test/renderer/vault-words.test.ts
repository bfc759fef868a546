import { expect, it } from 'vitest';
import { inVault } from '../../renderer/vault-words.ts';

it.each([
  ['keychain', 'GNOME Keyring', 'GNOME Keyring'],
  ['passphrase', 'passphrase file', 'the passphrase file'],
  ['memory', 'memory, gone when the app quits', 'memory, gone when the app quits'],
] as const)('a sign-in in the %s is in %s: “… kept in %s”', (backend, label, words) => {
  expect(inVault({ backend, label })).toBe(words);
});
