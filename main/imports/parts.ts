import type { Clock, Logger, Problem, Result } from '../effects.ts';
import type { Environment } from '../globus/environments.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import type { SettingsStore } from '../settings/types.ts';
import type { Grants } from '../tokens/grants.ts';
import type { Keeper } from '../tokens/keeper.ts';
import type { VaultStatus, VaultTrouble } from '../vault/types.ts';
import type { ImportPlaces } from './places.ts';

/** What the room uses of the agent around it. */
export interface ImportParts {
  readonly places: ImportPlaces;
  readonly clock: Clock;
  readonly log: Logger;
  readonly environment: Environment;
  readonly settings: SettingsStore;
  readonly grants: Grants;
  readonly keeper: Keeper;
  /** Of any client; the agent's own has the ID of the settings. */
  context(clientId: string): OAuthContext;
  /** Fresh metadata. @throws OAuthFailure */
  discover(context: OAuthContext): Promise<Provider>;
  checkVault(): Promise<VaultStatus>;
  vaultProblem(trouble: VaultTrouble): Problem;
  /** Why nothing may be done now: locked, or another agent takes over. */
  hindrance(): Problem | null;
  /** Keeps a scope on the list, as `Agent.addScope`. */
  addScope(text: string): Result<string>;
  announce(): void;
}
