/**
 * Where refresh tokens rest. One interface, several backends (keychain, memory; a passphrase file comes
 * with the headless agent). Every method answers with a discriminated union: a locked keychain, a missing
 * one, a refusing one and a slow one are four different things all the way to the screen, and only
 * `absent` means "there is no such entry".
 */
export type VaultTrouble = 'locked' | 'missing' | 'denied' | 'slow';

/** `ready` or the reason why nothing can be read or written now. */
export type VaultStatus = 'ready' | VaultTrouble;

export interface VaultDescription {
  readonly backend: 'keychain' | 'memory';
  /** "GNOME Keyring (Secret Service)", "macOS Keychain", "memory, gone when the app quits". */
  readonly label: string;
  /** True where a restart finds the entries again. */
  readonly persistent: boolean;
}

/** What one entry holds; serialized JSON stays under 2,000 bytes (Windows allows 2,560). */
export interface VaultEntry {
  readonly refreshToken: string;
  /** Root scope strings that the grant covers, no brackets. */
  readonly scopes: readonly string[];
}

export type ReadResult =
  { kind: 'found'; entry: VaultEntry } | { kind: 'absent' } | { kind: 'trouble'; trouble: VaultTrouble };
export type WriteResult = { kind: 'done' } | { kind: 'trouble'; trouble: VaultTrouble };
/** `done` means verified gone, also when it was never there. */
export type RemoveResult = WriteResult;

export interface Vault {
  describe(): VaultDescription;
  status(): Promise<VaultStatus>;
  /** @param name `<environment>/<client id>/<sub>/<resource server>/<grant id>` */
  read(name: string): Promise<ReadResult>;
  write(name: string, entry: VaultEntry): Promise<WriteResult>;
  remove(name: string): Promise<RemoveResult>;
}
