/**
 * Where refresh tokens rest. One interface, several backends (keychain, memory; a passphrase file comes
 * with the headless agent). Every method answers with a discriminated union: a locked keychain, a missing
 * one, a refusing one and a slow one are four different things all the way to the screen, and only
 * `absent` means "there is no such entry".
 */
export type VaultTrouble = 'locked' | 'missing' | 'denied' | 'slow';

/** `ready` or the reason why nothing can be read or written now. */
export type VaultStatus = 'ready' | VaultTrouble;

/**
 * What exactly is not there when the status is `missing`: no session bus, no Secret Service on it, no
 * default collection in that (Linux), or the library that speaks to the keychain (any system).
 */
export type VaultAbsence = 'bus' | 'service' | 'collection' | 'library';

export interface VaultDescription {
  readonly backend: 'keychain' | 'memory';
  /** "GNOME Keyring (Secret Service)", "macOS Keychain", "memory, gone when the app quits". */
  readonly label: string;
  /** True where a restart finds the entries again. */
  readonly persistent: boolean;
  /** Set while the last answer was `missing` and the cause is known; each cause has its own remedy. */
  readonly absence?: VaultAbsence;
}

/** What one entry holds; serialized JSON stays under 2,000 bytes (Windows allows 2,560). */
export interface VaultEntry {
  readonly refreshToken: string;
  /** Root scope strings that the grant covers, no brackets. */
  readonly scopes: readonly string[];
}

/** `detail` is plain text for the log, never a secret: "the entry is 2,345 bytes, …". */
export type Trouble = { kind: 'trouble'; trouble: VaultTrouble; detail?: string };

export type ReadResult = { kind: 'found'; entry: VaultEntry } | { kind: 'absent' } | Trouble;
export type WriteResult = { kind: 'done' } | Trouble;
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
