import { noTokenProblem, renewalTrouble } from './agent-problems.ts';
import type { AgentEffects } from './agent-types.ts';
import type { Problem } from './effects.ts';
import type { GrantRecord } from './settings/types.ts';
import type { Grants } from './tokens/grants.ts';
import type { AccessResult } from './tokens/keeper.ts';
import type { RenewalResult } from './tokens/renewal.ts';
import { problemOf } from './vault/messages.ts';
import type { VaultStatus, VaultTrouble } from './vault/types.ts';

/** What stands between the user and the tokens, in words, and how the vault was when it was last looked at. */
export class Troubles {
  readonly #effects: Pick<AgentEffects, 'vault' | 'log'>;
  readonly #grants: Grants;
  readonly #announce: () => void;
  /** By what it is about: a grant's name, or the app as a whole. The newest is shown. */
  readonly #problems = new Map<string, Problem>();
  #vaultStatus: VaultStatus = 'ready';

  constructor(effects: Pick<AgentEffects, 'vault' | 'log'>, grants: Grants, announce: () => void) {
    this.#effects = effects;
    this.#grants = grants;
    this.#announce = announce;
  }

  get vaultStatus(): VaultStatus {
    return this.#vaultStatus;
  }

  /** The vault has been looked at. In the log stands what the menu and the window have no room for. */
  vaultIs(status: VaultStatus): void {
    if (status === this.#vaultStatus) return;
    this.#vaultStatus = status;
    const { label, absence, damage } = this.#effects.vault.describe();
    if (status === 'ready') this.#effects.log.info({ vault: label }, 'the vault is ready again');
    else this.#effects.log.warn({ vault: label, status, absence, damage }, 'the vault is not ready');
  }

  get newest(): Problem | null {
    return [...this.#problems.values()].at(-1) ?? null;
  }

  /** A renewal did not succeed. */
  note(grant: GrantRecord, result: Exclude<RenewalResult, { kind: 'renewed' }>): void {
    this.#effects.log.warn(
      { resourceServer: grant.resourceServer, result: result.kind },
      'a token was not renewed',
    );
    this.#problems.delete(grant.name);
    const problem = renewalTrouble(result, (trouble) => this.ofVault(trouble), grant.scopes);
    this.#problems.set(grant.name, problem);
    this.#announce();
  }

  /** @param about names of grants; everything when absent */
  solve(about?: readonly string[]): void {
    if (about === undefined) this.#problems.clear();
    else for (const name of about) this.#problems.delete(name);
    this.#announce();
  }

  /** Why there is no access token. @param account `sub`; the default account when absent */
  why(scope: string, result: Exclude<AccessResult, { kind: 'token' }>, account?: string): Problem {
    const sub = account ?? this.#grants.account()?.sub;
    const signedIn = sub !== undefined && this.#grants.list(sub).length > 0;
    return noTokenProblem(scope, result, signedIn, (trouble) => this.ofVault(trouble));
  }

  ofVault(trouble: VaultTrouble): Problem {
    this.vaultIs(trouble);
    return problemOf(this.#effects.vault.describe(), trouble, this.#grants.list().length > 0);
  }
}
