import type { Clock, Fetch, Logger, Problem, Result } from './effects.ts';
import type { Environment } from './globus/environments.ts';
import type { SettingsStore } from './settings/types.ts';
import type { ScopeStatus } from './tokens/status.ts';
import type { SignInProgress } from './tokens/sign-in.ts';
import type { Vault, VaultDescription, VaultStatus } from './vault/types.ts';

/** Real or fake, everything the agent touches outside itself. */
export interface AgentEffects {
  clock: Clock;
  fetch: Fetch;
  /** Opens the system browser; rejects when there is none. */
  openBrowser(url: string): Promise<void>;
  vault: Vault;
  settings: SettingsStore;
  log: Logger;
  hostname: string;
  environment: Environment;
}

/** Everything a face (tray, window, terminal) needs to draw itself. No token in it. */
export interface AgentSnapshot {
  environment: Environment;
  clientId: string | null;
  account: { sub: string; username: string; displayName: string } | null;
  vault: VaultDescription & { status: VaultStatus };
  online: boolean;
  scopes: ScopeStatus[];
  signIn: SignInProgress;
  problem: Problem | null;
  /** Milliseconds; null when within bounds or unknown. */
  clockSkew: number | null;
}

export interface Agent {
  snapshot(): AgentSnapshot;
  /** Called after every change of the snapshot. Returns the unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Finds the grants of earlier sign-ins again. */
  start(): Promise<void>;
  setClientId(clientId: string): Result<null>;
  /** Resolves when the attempt is over, whichever way; progress is in the snapshot. */
  signIn(request: { scopes: readonly string[]; way: 'browser' | 'paste' }): Promise<Result<null>>;
  submitCode(code: string): Result<null>;
  cancelSignIn(): void;
  dismissSignIn(): void;
  dismissProblem(): void;
  /** The authorize URL of the attempt under way; it holds no secret. */
  signInLink(): string | null;
  /** Revokes access and refresh tokens, then removes the grants. `revoked: false`: kept, server not reached. */
  signOut(): Promise<Result<{ revoked: boolean }>>;
  /** Renews the access token behind this scope now. */
  renew(scope: string): Promise<Result<null>>;
  /**
   * Text for the clipboard, with the live token in it. Never leaves the main process.
   * `what` names it without the token: "curl for view_flows".
   */
  render(request: {
    scope: string;
    format: 'header' | 'curl';
    recipe?: string;
  }): Promise<Result<{ text: string; what: string; expiresAt: number }>>;
  setOnline(online: boolean): void;
  /** The system woke up or the clock jumped: look at every expiry again. */
  wake(): void;
  close(): Promise<void>;
}
