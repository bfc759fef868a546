import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * The encrypted transport of the Secret Service API 0.2 ("Transfer of Secrets",
 * `dh-ietf1024-sha256-aes128-cbc-pkcs7`). Against whoever can talk to the keyring it protects nothing; it
 * keeps tokens out of D-Bus traffic dumps, which people attach to bug reports.
 */
export const ALGORITHM = 'dh-ietf1024-sha256-aes128-cbc-pkcs7';

/** What travels: the initialization vector and the encrypted secret. */
export interface Sealed {
  iv: Buffer;
  value: Buffer;
}

export class SecretSession {
  readonly #privateKey: bigint;

  constructor(random: (size: number) => Buffer = randomBytes) {
    this.#privateKey = toBigInt(random(KEY_BYTES)) % PRIME;
  }

  /** 128 bytes for the peer. */
  get publicKey(): Buffer {
    return toBuffer(power(2n, this.#privateKey));
  }

  /**
   * Whether the peer is sure to read the public key as it was sent. KWallet before 6.30 takes it for a signed number, and
   * of a negative one it drops what only repeats the sign: one key in 512 then becomes another one.
   */
  get travels(): boolean {
    const [first = 0, second = 0] = this.publicKey;
    return first !== 0xff || second < 0x80;
  }

  /**
   * Whether the peer is sure to make the same key of it. The specification has the shared secret padded to the length of
   * the prime, and KWallet before 6.30 leaves its leading zeros out: one session in 256 then
   * decrypts to nothing.
   */
  agreesWith(peerKey: Buffer): boolean {
    return this.#shared(peerKey)[0] !== 0;
  }

  encrypt(secret: string, peerKey: Buffer): Sealed {
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-128-cbc', this.#sharedKey(peerKey), iv);
    return { iv, value: Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]) };
  }

  /** Throws when the sealed secret was not made for this session. */
  decrypt(sealed: Sealed, peerKey: Buffer): string {
    const decipher = createDecipheriv('aes-128-cbc', this.#sharedKey(peerKey), sealed.iv);
    return Buffer.concat([decipher.update(sealed.value), decipher.final()]).toString('utf8');
  }

  #sharedKey(peerKey: Buffer): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#shared(peerKey), Buffer.alloc(0), Buffer.alloc(0), 16));
  }

  #shared(peerKey: Buffer): Buffer {
    return toBuffer(power(toBigInt(peerKey), this.#privateKey));
  }
}

const KEY_BYTES = 128;

/** RFC 2409 §6.2, the second Oakley group; written out because Electron's crypto has no small named groups. */
const PRIME = BigInt(
  '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
    'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
    'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff',
);

/** `base` to the power of `exponent`, modulo the group's prime. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % PRIME;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function toBuffer(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(KEY_BYTES * 2, '0'), 'hex');
}
