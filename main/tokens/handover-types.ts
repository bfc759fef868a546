/**
 * One access token on its way from a retiring agent to the one that takes over, or from the winner of a
 * renewal to the loser. Sealed with a key made from the grant's refresh token: only who can open the vault
 * can open it, and who can do that could mint a token anyway.
 */
export interface SealedToken {
  /** Name of the grant: its entry in the vault. */
  readonly grant: string;
  /** base64url, 16 random bytes: salt of the key (HKDF-SHA-256 of the refresh token, RFC 5869). */
  readonly salt: string;
  /** base64url: nonce, ciphertext and tag of AES-256-GCM; `grant` is authenticated with it. */
  readonly sealed: string;
}
