import type {
  ReadResult,
  RemoveResult,
  Trouble,
  Vault,
  VaultDescription,
  VaultEntry,
  VaultStatus,
  WriteResult,
} from '../vault/types.ts';

const REFUSED: Trouble = {
  kind: 'trouble',
  trouble: 'denied',
  detail: 'another process holds the agent lock of this data folder',
};

/**
 * A vault that belongs to the holder of the agent lock: until the claim is decided every question waits, and
 * when somebody else has the lock nothing is read or written.
 */
export class ClaimedVault implements Vault {
  readonly #vault: Vault;
  readonly #claimed: Promise<boolean>;

  /** @param claimed true: the lock is ours; false: it is not and will not be. Must not reject. */
  constructor(vault: Vault, claimed: Promise<boolean>) {
    this.#vault = vault;
    this.#claimed = claimed;
  }

  describe(): VaultDescription {
    return this.#vault.describe();
  }

  async status(): Promise<VaultStatus> {
    return (await this.#claimed) ? this.#vault.status() : REFUSED.trouble;
  }

  async read(name: string): Promise<ReadResult> {
    return (await this.#claimed) ? this.#vault.read(name) : REFUSED;
  }

  async write(name: string, entry: VaultEntry): Promise<WriteResult> {
    return (await this.#claimed) ? this.#vault.write(name, entry) : REFUSED;
  }

  async remove(name: string): Promise<RemoveResult> {
    return (await this.#claimed) ? this.#vault.remove(name) : REFUSED;
  }
}
