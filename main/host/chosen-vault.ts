import type { PassphraseVault } from '../vault/passphrase.ts';
import type {
  ReadResult,
  RemoveResult,
  Vault,
  VaultDescription,
  VaultEntry,
  VaultStatus,
  WriteResult,
} from '../vault/types.ts';

export type VaultBackend = VaultDescription['backend'];

/** `passphrase` by its class: it is also made, unlocked and locked. */
export interface VaultBackends {
  readonly keychain: Vault;
  readonly passphrase: PassphraseVault;
  readonly memory: Vault;
}

/**
 * The vault that the user chose, behind one object, so that the agent keeps its reference when the choice
 * changes on the first run. Nothing is carried from one backend to the other (CHECKLIST 26).
 */
export class ChosenVault implements Vault {
  readonly #backends: VaultBackends;
  #backend: VaultBackend;

  /** @param chosen null: not chosen yet, so the keychain */
  constructor(backends: VaultBackends, chosen: VaultBackend | null) {
    this.#backends = backends;
    this.#backend = chosen ?? 'keychain';
  }

  get backend(): VaultBackend {
    return this.#backend;
  }

  /** Chosen or not: it can be made before it is chosen. */
  get passphrase(): PassphraseVault {
    return this.#backends.passphrase;
  }

  choose(backend: VaultBackend): void {
    this.#backend = backend;
  }

  describe(): VaultDescription {
    return this.#current.describe();
  }

  status(): Promise<VaultStatus> {
    return this.#current.status();
  }

  read(name: string): Promise<ReadResult> {
    return this.#current.read(name);
  }

  write(name: string, entry: VaultEntry): Promise<WriteResult> {
    return this.#current.write(name, entry);
  }

  remove(name: string): Promise<RemoveResult> {
    return this.#current.remove(name);
  }

  async ask(): Promise<void> {
    await this.#current.ask?.();
  }

  get #current(): Vault {
    return this.#backends[this.#backend];
  }
}
