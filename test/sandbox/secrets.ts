import { randomBytes } from 'node:crypto';

/** Inside every secret that the sandbox makes, so that a leak is recognised wherever it is found. */
export const SANDBOX_MARKER = 'SANDBOX';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const TOKEN_LENGTH = 95;
const CODE_LENGTH = 30;

/** Makes secrets that look like Globus's (GLOBUS.md §2.1) and remembers each one. */
export class SecretMint {
  readonly issued: string[] = [];

  /** Access and refresh tokens: `Ag…`, 95 alphanumeric characters. */
  token(): string {
    return this.remember(shaped('Ag', TOKEN_LENGTH));
  }

  /** Authorization codes: 30 alphanumeric characters. */
  code(): string {
    return this.remember(shaped('c', CODE_LENGTH));
  }

  remember(secret: string): string {
    this.issued.push(secret);
    return secret;
  }
}

/** Alphanumeric and not to be guessed: transactions, browser sessions, the control key. */
export function randomText(length: number): string {
  let text = '';
  // 248 is the largest multiple of 62 below 256: bytes above it would favour some letters.
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}

function shaped(prefix: string, length: number): string {
  const random = randomText(length - prefix.length - SANDBOX_MARKER.length);
  const middle = Math.floor(random.length / 3);
  return prefix + random.slice(0, middle) + SANDBOX_MARKER + random.slice(middle);
}
