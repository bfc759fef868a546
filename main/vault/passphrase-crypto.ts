import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import {
  type ScryptCost,
  type SealedVault,
  TAG_BYTES,
  type VaultIdentity,
  headerBytes,
  identityBytes,
} from './passphrase-format.ts';

/** 128 MiB and about half a second on a laptop of 2024 (OWASP, "Password Storage", scrypt). */
export const DEFAULT_COST: ScryptCost = { logN: 17, r: 8, p: 1 };

/** Name of an entry → its serialized text. */
export type Entries = ReadonlyMap<string, string>;

export interface VaultKeys {
  /** AES-256, 32 bytes. */
  readonly seal: Buffer;
  readonly keyCheck: Buffer;
}

export function newIdentity(cost: ScryptCost): VaultIdentity {
  return { cost, id: randomBytes(16), salt: randomBytes(32) };
}

/**
 * The keys of one vault (scrypt, RFC 7914), on a thread of libuv. The passphrase is brought to NFKC first
 * (NIST SP 800-63B §5.1.1.2): the same letters give the same key whichever keyboard or system they come from.
 *
 * @throws Error when the system has not the memory
 */
export function deriveKeys(passphrase: string, identity: VaultIdentity): Promise<VaultKeys> {
  const { cost, salt } = identity;
  const secret = Buffer.from(passphrase.normalize('NFKC'), 'utf8');
  const N = 2 ** cost.logN;
  const maxmem = 128 * cost.r * (N + cost.p + 2) + 1024 * 1024;
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 64, { N, r: cost.r, p: cost.p, maxmem }, (error, derived) => {
      secret.fill(0);
      if (error !== null) return reject(error);
      const check = derived.subarray(32);
      const keyCheck = createHmac('sha256', check).update(identityBytes(identity)).digest();
      check.fill(0);
      resolve({ seal: derived.subarray(0, 32), keyCheck });
    });
  });
}

/** Whether the passphrase was the right one. */
export function fits(keys: VaultKeys, sealed: SealedVault): boolean {
  return timingSafeEqual(keys.keyCheck, sealed.keyCheck);
}

/**
 * A fresh random nonce for every write: with one key per vault, 2³² writes would be needed for a repeated one
 * to become likely (NIST SP 800-38D §8.3).
 */
export function sealEntries(
  keys: VaultKeys,
  identity: VaultIdentity,
  generation: number,
  entries: Entries,
): SealedVault {
  const plain = Buffer.from(JSON.stringify(Object.fromEntries(entries)), 'utf8');
  const head = { ...identity, keyCheck: keys.keyCheck, generation, nonce: randomBytes(12) };
  const cipher = createCipheriv('aes-256-gcm', keys.seal, head.nonce);
  cipher.setAAD(headerBytes(head, plain.length + TAG_BYTES));
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  plain.fill(0);
  return { ...head, body };
}

/** Null when a single bit of it is not as it was sealed. */
export function openEntries(keys: VaultKeys, sealed: SealedVault): Map<string, string> | null {
  const { body } = sealed;
  const decipher = createDecipheriv('aes-256-gcm', keys.seal, sealed.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(headerBytes(sealed, body.length));
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  const plain = decipher.update(body.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return entriesOf(JSON.parse(plain.toString('utf8')));
  } catch {
    return null;
  } finally {
    plain.fill(0);
  }
}

function entriesOf(value: unknown): Map<string, string> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return null;
    entries.set(name, text);
  }
  return entries;
}
