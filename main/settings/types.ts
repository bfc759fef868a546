import type { EnvironmentName } from '../globus/environments.ts';

/** One vault entry as the index remembers it. Names only: a settings file holds no secret. */
export interface GrantRecord {
  /** `<environment>/<client id>/<sub>/<resource server>/<grant id>`: the entry's name in the vault. */
  name: string;
  environment: EnvironmentName;
  clientId: string;
  sub: string;
  username: string;
  displayName: string;
  resourceServer: string;
  /** Root scope strings, sorted. */
  scopes: string[];
  /** Where its secret is; absent: the keychain. A `memory` one ends with the process that made it. */
  backend?: 'memory' | 'passphrase' | undefined;
  /** Asked for with one scope alone, so that its token can do nothing else. */
  isolated?: true | undefined;
  /** Milliseconds since the epoch, wall clock. */
  grantedAt: number;
  lastUsedAt: number;
}

/** A flow that the user keeps, as the Flows service described it at `checkedAt`. */
export interface FlowRecord {
  /** UUID, lower case. */
  id: string;
  title: string;
  /** Root scope string of the flow, as `globus_auth_scope` gave it. */
  scope: string;
  /** The user's own role in it, the highest one; null: none is known. */
  role: string | null;
  /** IDs of mapped collections whose data the flow's scope entry asks for as dependent scopes. */
  collections: string[];
  /** Milliseconds since the epoch, wall clock. */
  checkedAt: number;
  environment: EnvironmentName;
}

/** Which passphrase file it is, and how often it had been written. */
export interface VaultFileMark {
  /** 16 bytes, lower case hex. */
  id: string;
  /** 1 when it is made, one more at every write. */
  generation: number;
}

/** One switch per kind of notification. */
export interface Notices {
  /** A program asks for a token. */
  approval: boolean;
  /** A token is about to end and could not be renewed. */
  expiry: boolean;
  /** A scope needs a person: Globus ended the sign-in, or wants a consent. */
  signIn: boolean;
  /** Something was copied while the window is not there to say so. */
  copied: boolean;
  /** The keychain is locked, or does not answer. */
  keychain: boolean;
}

export interface WindowBounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Settings {
  /** Schema version of the file. */
  version: number;
  /** The user's own native-app client ID; null until first run is done. */
  clientId: string | null;
  /** `demo` is never stored: it is chosen by the demo command, with its own data folder. */
  environment: 'production' | 'preview';
  /**
   * Full scope strings that the user keeps, canonical, in the order shown; dependent scopes stand in brackets.
   * An entry is known by its root scope: at most one per root.
   */
  scopeEntries: string[];
  /** Seconds after which a copied secret leaves the clipboard. */
  clearAfterSeconds: number;
  /** null: not chosen, the keychain is used; the others only after the user chose them (CHECKLIST 26). */
  vaultBackend: 'keychain' | 'passphrase' | 'memory' | null;
  /** The passphrase file that was written last, so that another one and an older one are told; null: none yet. */
  vaultFile: VaultFileMark | null;
  /** Whether clients of oidc-agent are answered too; off until the user switches it on. */
  oidcAgent: boolean;
  /** Every script is refused; kept, so that a restart opens nothing that the user closed. */
  denyAll: boolean;
  /** `sub` of the account that is used when none is named; null: the first one held. */
  defaultAccount: string | null;
  flows: FlowRecord[];
  /** Renews grants that no kept scope needs before they end of disuse. */
  keepAlive: boolean;
  /** What the desktop may show a notification about. */
  notices: Notices;
  /** Keys that open the palette from anywhere, as Electron writes them; null: none. */
  paletteKeys: string | null;
  /** Whether the desktop gave them when it was asked, so that a start may take them up again (Wayland). */
  paletteAsked: boolean;
  /** Whether a copied secret leaves the clipboard when the app quits, too. */
  clearOnQuit: boolean;
  /** Where the window was, in the screen's own pixels; null: it was never moved. */
  windowBounds: WindowBounds | null;
  /** Whether this app looks for new versions of itself; `off`: it asks nobody. */
  updates: 'auto' | 'off';
  /** Whether a letter or sign that is pressed alone does anything in the window. */
  letterKeys: boolean;
  grants: GrantRecord[];
}

/** The store behind the settings; electron-store on the desktop, a plain object in tests. */
export interface SettingsStore {
  get(): Settings;
  /** Writes at once (atomic); a throw means that nothing changed. */
  update(change: (settings: Settings) => Settings): void;
  /** Told at start when the file could not be read: where the bad one is kept. */
  readonly recovered: { keptAs: string; why: string } | null;
}
