import { createHash } from 'node:crypto';

/**
 * The bytes of `vault.bin`, big-endian:
 *
 * | offset | bytes | what                                                                          |
 * | ------ | ----- | ----------------------------------------------------------------------------- |
 * | 0      | 8     | "GTTvault"                                                                    |
 * | 8      | 4     | format version, 1                                                             |
 * | 12     | 12    | scrypt: log2 N, r, p (RFC 7914), 4 bytes each                                 |
 * | 24     | 16    | ID of the vault, random                                                       |
 * | 40     | 32    | salt, random                                                                  |
 * | 72     | 32    | key check: HMAC-SHA-256 of all before, by the second half of the derived key  |
 * | 104    | 8     | generation: 1 when made, one more at every write                              |
 * | 112    | 12    | nonce, random for every write                                                 |
 * | 124    | 4     | length n of the body                                                          |
 * | 128    | n     | body: AES-256-GCM of the entries, its 16-byte tag last; all before is AAD     |
 * | 128+n  | 32    | SHA-256 of all before                                                         |
 *
 * The last line has no key: it tells a damaged file from a wrong passphrase, and protects nothing. Whatever
 * comes after version 1 keeps magic, version, length and that last line where they are.
 */
const MAGIC = Buffer.from('GTTvault', 'latin1');
const VERSION = 1;
const PREFIX = 72;
const HEADER = 128;
const CHECKSUM = 32;
export const TAG_BYTES = 16;
/** No file of ours comes near: 1,000 grants of 2,000 bytes and their names are 3 MB. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** Memory is 128·N·r bytes, time grows with N·r·p. */
export interface ScryptCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** What stays as it is for the life of a vault, and what its key check is made over. */
export interface VaultIdentity {
  readonly cost: ScryptCost;
  /** 16 bytes. */
  readonly id: Buffer;
  /** 32 bytes. */
  readonly salt: Buffer;
}

export interface SealedVault extends VaultIdentity {
  /** 32 bytes. */
  readonly keyCheck: Buffer;
  readonly generation: number;
  /** 12 bytes. */
  readonly nonce: Buffer;
  /** Ciphertext and tag. */
  readonly body: Buffer;
}

export type ParsedVault =
  | { readonly kind: 'sealed'; readonly sealed: SealedVault }
  | { readonly kind: 'truncated' | 'damaged' | 'unreadable'; readonly detail: string };

/** Everything that can be told without the passphrase. The result shares the memory of `bytes`. */
export function parseVault(bytes: Buffer): ParsedVault {
  if (bytes.length < HEADER + TAG_BYTES + CHECKSUM) return TRUNCATED;
  const end = HEADER + bytes.readUInt32BE(124);
  if (bytes.length < end + CHECKSUM) return TRUNCATED;
  const sum = createHash('sha256').update(bytes.subarray(0, -CHECKSUM)).digest();
  if (!sum.equals(bytes.subarray(-CHECKSUM))) return damaged('its checksum does not fit');
  if (!bytes.subarray(0, 8).equals(MAGIC)) return damaged('it is none of this app');
  if (bytes.readUInt32BE(8) !== VERSION) return NEWER;
  if (bytes.length !== end + CHECKSUM) return damaged('something was added to it');
  const cost = { logN: bytes.readUInt32BE(12), r: bytes.readUInt32BE(16), p: bytes.readUInt32BE(20) };
  // Anybody can write a header with a right checksum: it must not make us take all memory.
  if (!isAffordable(cost)) return damaged('it asks for more work than this app ever does');
  const generation = Number(bytes.readBigUInt64BE(104));
  if (generation < 1 || !Number.isSafeInteger(generation)) return damaged('it has no generation');
  return {
    kind: 'sealed',
    sealed: {
      cost,
      id: Buffer.from(bytes.subarray(24, 40)),
      salt: Buffer.from(bytes.subarray(40, PREFIX)),
      keyCheck: bytes.subarray(PREFIX, 104),
      generation,
      nonce: bytes.subarray(112, 124),
      body: bytes.subarray(HEADER, end),
    },
  };
}

/** From 128 KiB to 256 MiB, and at most four rounds; scrypt itself has N below 2^(16·r) (RFC 7914 §2). */
export function isAffordable({ logN, r, p }: ScryptCost): boolean {
  const inRange = logN >= 10 && logN <= 20 && r >= 1 && p >= 1 && p <= 4;
  return inRange && logN < 16 * r && 2 ** logN * r <= 2 ** 21;
}

/** What the key check is made over: magic, version, cost, ID and salt. */
export function identityBytes({ cost, id, salt }: VaultIdentity): Buffer {
  const numbers = Buffer.alloc(16);
  [VERSION, cost.logN, cost.r, cost.p].forEach((value, index) => numbers.writeUInt32BE(value, 4 * index));
  return Buffer.concat([MAGIC, numbers, id, salt], PREFIX);
}

/** All before the body: the additional data of its encryption. */
export function headerBytes(sealed: Omit<SealedVault, 'body'>, bodyLength: number): Buffer {
  const header = Buffer.alloc(HEADER);
  identityBytes(sealed).copy(header);
  sealed.keyCheck.copy(header, PREFIX);
  header.writeBigUInt64BE(BigInt(sealed.generation), 104);
  sealed.nonce.copy(header, 112);
  header.writeUInt32BE(bodyLength, 124);
  return header;
}

export function formatVault(sealed: SealedVault): Buffer {
  const covered = Buffer.concat([headerBytes(sealed, sealed.body.length), sealed.body]);
  return Buffer.concat([covered, createHash('sha256').update(covered).digest()]);
}

const TRUNCATED: ParsedVault = { kind: 'truncated', detail: 'it ends too early' };
const NEWER: ParsedVault = { kind: 'unreadable', detail: 'it was written by a newer version of this app' };

function damaged(detail: string): ParsedVault {
  return { kind: 'damaged', detail };
}
