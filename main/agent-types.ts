import type { Clock, Fetch, Logger, Problem } from './effects.ts';
import type { Environment } from './globus/environments.ts';
import type { ImportPlaces } from './imports/places.ts';
import type { Locks } from './session/locks/types.ts';
import type { FlowRecord, SettingsStore } from './settings/types.ts';
import type { Account } from './tokens/accounts.ts';
import type { ToolId } from './snippets/render.ts';
import type { Values } from './snippets/template.ts';
import type { Sibling } from './tokens/renewal-lock.ts';
import type { SignInProgress } from './tokens/sign-in.ts';
import type { ScopeStatus } from './tokens/status.ts';
import type { Vault, VaultDescription, VaultStatus } from './vault/types.ts';

/** Real or fake, everything the agent touches outside itself. */
export interface AgentEffects {
  clock: Clock;
  /** From 0 to 1, for the jitter of retries. */
  random: () => number;
  fetch: Fetch;
  /** Opens the system browser; rejects when there is none. */
  openBrowser(url: string): Promise<void>;
  vault: Vault;
  settings: SettingsStore;
  log: Logger;
  hostname: string;
  environment: Environment;
  /** Between the processes of one data folder; absent: this process is alone with it. */
  locks?: Locks;
  /** How those processes find and ask each other; absent: a renewal of another one is waited for, not shared. */
  sibling?: Sibling;
  /** Where other programs keep their token files; absent: none is looked for. */
  places?: ImportPlaces;
}

/** Everything a face (tray, window, terminal) needs to draw itself. No token in it. */
export interface AgentSnapshot {
  environment: Environment;
  clientId: string | null;
  /** The default account: what is not asked for another one is about this one. */
  account: Account | null;
  accounts: readonly (Account & { readonly isDefault: boolean })[];
  /** The kept flows of this environment. */
  flows: readonly FlowRecord[];
  vault: VaultDescription & { status: VaultStatus };
  online: boolean;
  locked: boolean;
  /** Every kept scope as the default account has it. */
  scopes: ScopeStatus[];
  signIn: SignInProgress;
  problem: Problem | null;
  /** Milliseconds that the server's clock is ahead of ours; null when within bounds or unknown. */
  clockSkew: number | null;
}

export interface RenderRequest {
  scope: string;
  format: 'header' | 'curl';
  /** Recipe ID; the scope's primary one when absent. */
  recipe?: string;
  /** What the snippet is written for; curl when absent. */
  tool?: ToolId;
  /** Of the recipe's placeholders, by name. */
  values?: Values;
  /** For a flow's own scope: an input that fits the flow's schema. */
  flowInput?: unknown;
  /** A `sub`; absent: the default account. */
  account?: string;
}

/** Text for the clipboard with the live token in it. `what` names it without: "curl for view_flows". */
export interface Rendered {
  text: string;
  what: string;
  expiresAt: number;
}
