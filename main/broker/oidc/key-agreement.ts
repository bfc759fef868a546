import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import nacl from 'tweetnacl';

export interface Agreed {
  /** Ours, for the other side; 32 bytes. */
  readonly publicKey: Uint8Array;
  /** What crypto_box_beforenm gives, for secretbox; 32 bytes. */
  readonly key: Uint8Array;
}

/**
 * NaCl's crypto_box_beforenm with a key pair made for this once: X25519 (RFC 7748), then HSalsa20.
 *
 * OpenSSL's X25519 in place of tweetnacl's: both multiplications together take 0.2 ms instead of 1.7 ms, and
 * the process that makes them also draws the tray.
 *
 * @param theirs public key of the other side, 32 bytes
 * @returns null for a public key that allows no agreement (RFC 7748 §6.1, the all-zero result)
 */
export function agreeOnKey(theirs: Uint8Array, random: (bytes: number) => Uint8Array): Agreed | null {
  const secret = random(32);
  const pkcs8 = Buffer.concat([PKCS8, secret]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  secret.fill(0);
  pkcs8.fill(0);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const shared = multiply(privateKey, theirs);
  if (shared === null) return null;
  const key = new Uint8Array(32);
  lowlevel.crypto_core_hsalsa20(key, new Uint8Array(16), shared, SIGMA);
  shared.fill(0);
  return { publicKey, key };
}

function multiply(privateKey: ReturnType<typeof createPrivateKey>, theirs: Uint8Array): Buffer | null {
  const spki = Buffer.concat([SPKI, theirs]);
  try {
    return diffieHellman({
      privateKey,
      publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
    });
  } catch {
    return null;
  }
}

/** What stands before the 32 bytes of a key of id-X25519, 1.3.101.110 (RFC 8410 §4, §7). */
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SIGMA = Buffer.from('expand 32-byte k');

/** tweetnacl exports it and its types do not say so. */
const { lowlevel } = nacl as unknown as {
  readonly lowlevel: {
    crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constants: Uint8Array): void;
  };
};
