import { createDecipheriv, createDiffieHellmanGroup, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { SecretSession } from '../../../main/vault/secret-session.ts';

test('agrees on a key with a second side and carries any text', () => {
  const one = new SecretSession();
  const two = new SecretSession();
  for (const text of ['', 'x', 'sixteen bytes ok', 'ünïcödé ✓', 'y'.repeat(2_000)]) {
    const sealed = one.encrypt(text, two.publicKey);
    // One letter is in sixteen sealed bytes by chance.
    if (text.length > 12) expect(sealed.value.includes(Buffer.from(text.slice(0, 12)))).toBe(false);
    expect(two.decrypt(sealed, one.publicKey)).toBe(text);
  }
});

test('agrees with an independent implementation of the group and the key (RFC 2409 §6.2, RFC 5869)', () => {
  const peer = createDiffieHellmanGroup('modp2');
  peer.generateKeys();
  const session = new SecretSession();
  const sealed = session.encrypt('hello', peer.getPublicKey());
  const shared = peer.computeSecret(session.publicKey);
  const padded = Buffer.concat([Buffer.alloc(128 - shared.length), shared]);
  const key = Buffer.from(hkdfSync('sha256', padded, Buffer.alloc(0), Buffer.alloc(0), 16));
  const decipher = createDecipheriv('aes-128-cbc', key, sealed.iv);
  expect(Buffer.concat([decipher.update(sealed.value), decipher.final()]).toString()).toBe('hello');
});

test('refuses a secret that was sealed for another session', () => {
  const [one, two, three] = [new SecretSession(), new SecretSession(), new SecretSession()];
  const sealed = one.encrypt('hello', two.publicKey);
  let opened: string | null = null;
  try {
    opened = three.decrypt(sealed, one.publicKey);
  } catch {
    // The usual case; by chance the padding can look right, but never with the text.
  }
  expect(opened).not.toBe('hello');
});

test('[C22] knows a shared secret with leading zeros, which not every peer keeps', () => {
  const withKey = (key: number) => new SecretSession(() => Buffer.from([key >> 8, key & 0xff]));
  // 2 to the power of 15, and of 1023: the highest bit of 128 bytes.
  expect(withKey(3).agreesWith(withKey(5).publicKey)).toBe(false);
  expect(withKey(33).agreesWith(withKey(31).publicKey)).toBe(true);
});

test('[C22] knows a public key that a peer can take for a negative number', () => {
  const withKey = (key: number) => new SecretSession(() => Buffer.from([key >> 8, key & 0xff]));
  expect(withKey(2_183).publicKey.subarray(0, 2).toString('hex')).toMatch(/^ff[89a-f]/);
  expect(withKey(2_183).travels).toBe(false);
  expect(withKey(2_188).travels).toBe(true);
});
