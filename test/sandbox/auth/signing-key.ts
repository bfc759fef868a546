import { generateKeyPair, sign, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';

export interface SigningKey {
  /** What `/jwk.json` publishes: one RSA key, `alg` RS512, no `kid` (GLOBUS.md §1.2). */
  jwk: JsonWebKey;
  /** A compact JWS, RS512 (RFC 7518 §3.3); `none` leaves it unsigned, for the test that must refuse it. */
  sign(claims: Record<string, unknown>, algorithm?: 'RS512' | 'none'): string;
}

/** Makes a new key: every sandbox has its own, so that nobody can rely on one. */
export async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { kty, n, e } = publicKey.export({ format: 'jwk' });
  return {
    jwk: { alg: 'RS512', use: 'sig', ...(kty && n && e ? { kty, n, e } : {}) },
    sign(claims, algorithm = 'RS512') {
      const input = `${encoded({ typ: 'JWT', alg: algorithm })}.${encoded(claims)}`;
      if (algorithm === 'none') return `${input}.`;
      return `${input}.${sign('sha512', Buffer.from(input), privateKey).toString('base64url')}`;
    },
  };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
