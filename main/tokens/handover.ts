import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { AccessToken } from './access-tokens.ts';
import type { SealedToken } from './handover-types.ts';

const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INFO = 'globus-token-tray sealed access token v1';
/** Far above any token (Globus: about 100 characters), far below what could hurt. */
const MAX_TEXT = 16_384;
const MAX_GRANT = 2_048;

/**
 * Seals one access token with a key made from its grant's refresh token (HKDF-SHA-256, RFC 5869;
 * AES-256-GCM, NIST SP 800-38D). Salt and nonce are new each time, so no key meets two nonces.
 *
 * @param grant the grant's name; authenticated, not encrypted
 * @param random that many bytes of the system's random source
 */
export function sealToken(
  grant: string,
  token: AccessToken,
  refreshToken: string,
  random: (bytes: number) => Uint8Array = randomBytes,
): SealedToken {
  const salt = random(SALT_BYTES);
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(refreshToken, salt), nonce);
  cipher.setAAD(Buffer.from(grant));
  const { value, receivedAt, expiresAt } = token;
  const text = cipher.update(JSON.stringify({ value, receivedAt, expiresAt }), 'utf8');
  const sealed = Buffer.concat([nonce, text, cipher.final(), cipher.getAuthTag()]);
  return { grant, salt: Buffer.from(salt).toString('base64url'), sealed: sealed.toString('base64url') };
}

/**
 * The opposite of `sealToken`. Whatever is handed in, it never throws.
 *
 * @returns null for what is no sealed token, was changed on the way, or was sealed with another refresh token
 */
export function openSealed(
  sealed: unknown,
  refreshToken: string,
): { grant: string; token: AccessToken } | null {
  if (!isSealedToken(sealed)) return null;
  const salt = bytesOf(sealed.salt);
  const bytes = bytesOf(sealed.sealed);
  if (salt?.length !== SALT_BYTES || bytes === null || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', keyOf(refreshToken, salt), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(sealed.grant));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
    const token = readToken(JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8')));
    return token === null ? null : { grant: sealed.grant, token };
  } catch {
    // A wrong key and a changed byte look alike, and mean the same: not for us.
    return null;
  }
}

/** The shape alone; says nothing about who made it. */
export function isSealedToken(value: unknown): value is SealedToken {
  if (typeof value !== 'object' || value === null) return false;
  const { grant, salt, sealed } = value as Record<string, unknown>;
  return isText(grant, MAX_GRANT) && isText(salt, 64) && isText(sealed, MAX_TEXT);
}

function keyOf(refreshToken: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', refreshToken, salt, INFO, 32));
}

/** One text for one value: the spare bits of the last character count too. */
function bytesOf(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

function readToken(value: unknown): AccessToken | null {
  if (typeof value !== 'object' || value === null) return null;
  const { value: text, receivedAt, expiresAt } = value as Record<string, unknown>;
  if (!isText(text, MAX_TEXT) || !isTime(receivedAt) || !isTime(expiresAt)) return null;
  return receivedAt <= expiresAt ? { value: text, receivedAt, expiresAt } : null;
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
