import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import nacl from 'tweetnacl';
import { expect, it } from 'vitest';
import { agreeOnKey, KeyPairs, makeKeyPair } from '../../../../main/broker/oidc/key-agreement.ts';
import { buildPrograms } from '../../../bench/broker/processes.ts';
import { ranTo } from '../../../support/processes.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

it('agrees with crypto_box_beforenm of the other side, for any pair of keys', () => {
  for (let round = 0; round < 50; round++) {
    const theirs = nacl.box.keyPair();
    const { privateKey, publicKey } = makeKeyPair();
    expect(agreeOnKey(theirs.publicKey, privateKey)).toEqual(nacl.box.before(publicKey, theirs.secretKey));
  }
});

it('gives the firstkey of the NaCl paper', () => {
  // Bernstein, "Cryptography in NaCl" (2009), §3 to §8: Alice's secret key and Bob's public key.
  const alice = hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
  const bob = hex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
  expect(agreeOnKey(bob, privateKeyOf(alice))).toEqual(
    hex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389'),
  );
});

it.each([
  ['zero', '00'.repeat(32)],
  ['one', `01${'00'.repeat(31)}`],
  ['of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
])('refuses a public key that makes the agreement known to all: %s', (_title, key) => {
  expect(agreeOnKey(hex(key), makeKeyPair().privateKey)).toBeNull();
});

it('has a key pair ready for the next client, and gives each to one alone', () => {
  const pairs = new KeyPairs();
  const taken = [pairs.take()];
  pairs.refill();
  pairs.refill();
  for (let client = 0; client < 3; client++) taken.push(pairs.take());
  const keys = taken.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'));
  expect(new Set(keys).size).toBe(4);
});

it('[C57] makes pairs for ever, whenever garbage is collected, and does not come to wait for itself', async () => {
  const root = join(import.meta.dirname, '../../../..');
  const programs = await buildPrograms(root, [join(root, 'test/support/key-pairs-child.ts')]);
  try {
    const program = join(programs.folder, 'key-pairs-child.mjs');
    // Collected all the time: what hangs after an hour hangs at once. One that hangs is ended, and has said nothing.
    const flags = ['--stress-marking=10', '--max-semi-space-size=1'];
    const made = await ranTo(process.execPath, [...flags, program, '60000'], { timeout: 60_000 });
    expect(made).toMatchObject({ code: 0, stdout: '60000 made' });
  } finally {
    await programs.remove();
  }
}, 70_000);

/** PKCS #8 of an X25519 key (RFC 8410 §7). */
function privateKeyOf(secret: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
