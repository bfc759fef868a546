/**
 * Where refresh tokens rest. One interface, several backends (keychain, passphrase file, memory). Every method
 * answers with a discriminated union: a locked vault, a missing one, a refusing one, a slow one and a damaged
 * one are five different things all the way to the screen, and only `absent` means "there is no such entry".
 */
export type VaultTrouble = 'locked' | 'missing' | 'denied' | 'slow' | 'damaged';

/** `ready` or the reason why nothing can be read or written now. */
export type VaultStatus = 'ready' | VaultTrouble;

/**
 * What exactly is not there when the status is `missing`: no session bus, no Secret Service on it, no
 * default collection in that (Linux), or the library that speaks to the keychain (any system).
 */
export type VaultAbsence = 'bus' | 'service' | 'collection' | 'library';

/**
 * What exactly is wrong with a passphrase file when the status is `damaged`: cut short, not as it was written,
 * another file or an older one, or one that may not be trusted or cannot be read (owner, mode, symlink).
 */
export type VaultDamage = 'truncated' | 'damaged' | 'swapped' | 'unreadable';

export interface VaultDescription {
  readonly backend: 'keychain' | 'passphrase' | 'memory';
  /** "GNOME Keyring (Secret Service)", "macOS Keychain", "passphrase file", "memory, gone when the app quits". */
  readonly label: string;
  /** True where a restart finds the entries again. */
  readonly persistent: boolean;
  /** Set while the last answer was `missing` and the cause is known; each cause has its own remedy. */
  readonly absence?: VaultAbsence;
  /** Set while the last answer was `damaged`. */
  readonly damage?: VaultDamage;
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
  /**
   * Has the system ask the person to open what is locked, for somebody who asked for that just now. Resolves when that
   * was answered, which can take its time; how it is then, `status` says. Absent: there is nothing that could be asked.
   */
  ask?(): Promise<void>;
}
