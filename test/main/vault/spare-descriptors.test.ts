import { expect, it } from 'vitest';
import { KeychainError, type KeychainPort } from '../../../main/vault/keychain-port.ts';
import { descriptorsLeft, withDescriptors } from '../../../main/vault/spare-descriptors.ts';

it('[C22] keeps the keychain library from calls that would end the process for want of a descriptor', async () => {
  const calls: string[] = [];
  const library: KeychainPort = {
    getPassword: (_service, account) => Promise.resolve((calls.push(account), account)),
    setPassword: (_service, account) => Promise.resolve(void calls.push(account)),
    deletePassword: (_service, account) => Promise.resolve((calls.push(account), true)),
  };
  let left = true;
  const port = withDescriptors(library, () => left);
  expect(await port.getPassword('s', 'one')).toBe('one');
  left = false;
  const slow = new KeychainError('slow');
  await expect(port.getPassword('s', 'two')).rejects.toEqual(slow);
  await expect(port.setPassword('s', 'three', 'x')).rejects.toEqual(slow);
  await expect(port.deletePassword('s', 'four')).rejects.toEqual(slow);
  left = true;
  expect(await port.deletePassword('s', 'five')).toBe(true);
  expect(calls).toEqual(['one', 'five']);
});

it('looks without keeping what it opened', () => {
  for (let look = 0; look < 2_000; look += 1) expect(descriptorsLeft()).toBe(true);
});
