import type { AgentParts } from './agent-parts.ts';
import type { Vault, VaultStatus } from './vault/types.ts';

/** How the vault is: asked when the agent needs it or somebody wants to know, and what failed because of it tried again. */
export class VaultLooks {
  readonly #vault: Vault;
  readonly #parts: Pick<AgentParts, 'troubles' | 'keeper'>;
  readonly #announce: () => void;
  #first: Promise<void> = Promise.resolve();

  constructor(vault: Vault, parts: Pick<AgentParts, 'troubles' | 'keeper'>, announce: () => void) {
    this.#vault = vault;
    this.#parts = parts;
    this.#announce = announce;
  }

  /** Resolves when the vault has been asked how it is since the last start. */
  get first(): Promise<void> {
    return this.#first;
  }

  /** As `check`, and `first` is about this one. */
  start(): Promise<VaultStatus> {
    const looking = this.check();
    this.#first = looking.then(
      () => undefined,
      () => undefined,
    );
    return looking;
  }

  async check(): Promise<VaultStatus> {
    const status = await this.#vault.status();
    this.#parts.troubles.vaultIs(status);
    if (status === 'ready') this.#parts.keeper.retryNow();
    this.#announce();
    return status;
  }

  /** As somebody who only wants to know: see `Agent.lookAtVault`. */
  async look(): Promise<void> {
    const { troubles, keeper } = this.#parts;
    if (this.#vault.describe().backend === 'passphrase') return;
    const before = troubles.vaultStatus;
    const status = await this.#vault.status();
    // A refusal shows in use alone: who only looks finds all in order.
    if (before === 'denied' && status === 'ready') return;
    troubles.vaultIs(status);
    // What failed for another reason waits for its own time, however often somebody looks.
    if (status === before) return;
    if (status === 'ready') keeper.retryNow();
    this.#announce();
  }
}
