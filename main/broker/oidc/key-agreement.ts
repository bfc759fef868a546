import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import nacl from 'tweetnacl';

/** For one agreement. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  /** For the other side; 32 bytes. */
  readonly publicKey: Uint8Array;
}

export type MakeKeyPair = () => KeyPair;

/**
 * A key pair for each client, of which one is made while nobody waits for it: a client's whole exchange takes little
 * longer than the making of two. Each is for one agreement; the spare one has sealed nothing yet.
 */
export class KeyPairs {
  #spare: KeyPair | null = null;

  readonly take: MakeKeyPair = () => {
    const pair = this.#spare ?? makeKeyPair();
    this.#spare = null;
    return pair;
  };

  refill(): void {
    this.#spare ??= makeKeyPair();
  }
}

/**
 * NaCl's crypto_box_beforenm: X25519 (RFC 7748), then HSalsa20.
 *
 * OpenSSL's X25519 in place of tweetnacl's, and keys as JWK (RFC 8037 §2): a tenth of a millisecond, where
 * tweetnacl takes 1.7 ms and keys in DER half a millisecond, on the process that also draws the tray.
 *
 * @param theirs public key of the other side, 32 bytes
 * @param privateKey made for this agreement
 * @returns 32 bytes for secretbox; null for a public key that allows no agreement (RFC 7748 §6.1, the all-zero result)
 */
export function agreeOnKey(theirs: Uint8Array, privateKey: KeyObject): Uint8Array | null {
  const shared = multiply(privateKey, theirs);
  if (shared === null) return null;
  const key = new Uint8Array(32);
  lowlevel.crypto_core_hsalsa20(key, new Uint8Array(16), shared, SIGMA);
  shared.fill(0);
  return key;
}

/**
 * By way of JWK, and not with the key objects that `generateKeyPairSync` hands out: what made those takes their lock once
 * more when it is collected as garbage. Where that happens while one of them is exported or used, which holds the lock, the
 * process waits for itself and never goes on (Node 20.20: a loop does so within some ten thousand pairs).
 */
export function makeKeyPair(): KeyPair {
  const { privateKey, publicKey } = generatePair('x25519', {
    publicKeyEncoding: { format: 'jwk' },
    privateKeyEncoding: { format: 'jwk' },
  });
  return {
    privateKey: createPrivateKey({ key: privateKey, format: 'jwk' }),
    publicKey: Buffer.from(publicKey.x ?? '', 'base64url'),
  };
}

/** Node's types leave this form out (crypto.generateKeyPairSync, "JWK"). */
const generatePair = generateKeyPairSync as unknown as (
  type: 'x25519',
  encodings: Record<'publicKeyEncoding' | 'privateKeyEncoding', { format: 'jwk' }>,
) => { publicKey: JsonWebKey; privateKey: JsonWebKey };

function multiply(privateKey: KeyObject, theirs: Uint8Array): Buffer | null {
  const x = Buffer.from(theirs).toString('base64url');
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return null;
  }
}

const SIGMA = Buffer.from('expand 32-byte k');

/** tweetnacl exports it and its types do not say so. */
const { lowlevel } = nacl as unknown as {
  readonly lowlevel: {
    crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constants: Uint8Array): void;
  };
};
