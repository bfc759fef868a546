import type { VaultTrouble } from './types.ts';

/**
 * The three calls of keytar that are used. `findCredentials` is left out on purpose: with a locked keyring it
 * takes the whole process down.
 */
export interface KeychainPort {
  /** Null: the system says that there is no such password, or (Linux) that it is locked. */
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  /** False: there was nothing to delete, or (Linux) it is locked. */
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** A failure whose meaning is known where it happens; keytar itself only has messages. */
export class KeychainError extends Error {
  readonly trouble: VaultTrouble;

  constructor(trouble: VaultTrouble) {
    super(`the keychain is ${trouble}`);
    this.name = 'KeychainError';
    this.trouble = trouble;
  }
}

/**
 * What a failed keychain call means. keytar passes on the system's message without its code, so this goes by
 * the English wording (SecBase.h on macOS, FormatMessage on Windows, libsecret and GDBus on Linux); in
 * another language the answer is `denied`, which keeps every entry. On Linux the Secret Service is asked
 * first and this is the last resort.
 */
export function troubleOf(error: unknown): VaultTrouble {
  if (error instanceof KeychainError) return error.trouble;
  const message = error instanceof Error ? error.message : '';
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? 'denied';
}

const MESSAGES: readonly (readonly [RegExp, VaultTrouble])[] = [
  // errSecInteractionNotAllowed: locked, and no one there to unlock it (ssh, lock screen).
  [/user interaction is not allowed/i, 'locked'],
  [/locked collection|collection is locked|prompt.*dismissed/i, 'locked'],
  // errSecNoDefaultKeychain, errSecNoSuchKeychain, errSecNotAvailable.
  [/keychain could not be found|no keychain is available/i, 'missing'],
  // ERROR_NO_SUCH_LOGON_SESSION: a network logon has no credential store.
  [/specified logon session does not exist/i, 'missing'],
  [/autolaunch D-Bus|could not connect|not provided by any|session wrapping the secret/i, 'missing'],
  [/timeout was reached|timed out|RPC server is (unavailable|too busy)/i, 'slow'],
  // errSecUserCanceled, errSecAuthFailed, ERROR_ACCESS_DENIED.
  [/user cancell?ed|passphrase you entered is not correct|access is denied/i, 'denied'],
];
