import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** An Ed25519 public key as SubjectPublicKeyInfo begins with these bytes; the key's own 32 follow (RFC 8410 §4). */
const SPKI_START = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** @param text base64 of the 32 raw bytes @returns null for anything else */
export function parseKey(text: string): KeyObject | null {
  const raw = strictBase64(text);
  if (raw?.length !== KEY_BYTES) return null;
  return createPublicKey({ key: Buffer.concat([SPKI_START, raw]), format: 'der', type: 'spki' });
}

/**
 * Whether the holder of the release key signed exactly these bytes (Ed25519, RFC 8032).
 *
 * @param signature what the `.sig` file holds: base64 of 64 bytes, one line
 */
export function isSigned(bytes: Uint8Array, signature: string, key: KeyObject): boolean {
  const raw = strictBase64(signature.replace(/\r?\n$/, ''));
  return raw?.length === SIGNATURE_BYTES && verify(null, bytes, key, raw);
}

/** Node's decoder skips what is no base64: only a text that it would write itself counts. */
function strictBase64(text: string): Buffer | null {
  const raw = Buffer.from(text, 'base64');
  return raw.toString('base64') === text ? raw : null;
}
