import type {
  ReadResult,
  RemoveResult,
  Vault,
  VaultDescription,
  VaultEntry,
  VaultStatus,
  WriteResult,
} from '../vault/types.ts';

/**
 * The vault that the user chose, behind one object, so that the agent keeps its reference when the choice
 * changes on the first run. Nothing is carried from one backend to the other (CHECKLIST 26).
 */
export class ChosenVault implements Vault {
  readonly #backends: { keychain: Vault; memory: Vault };
  #current: Vault;

  constructor(backends: { keychain: Vault; memory: Vault }, chosen: 'keychain' | 'memory' | null) {
    this.#backends = backends;
    this.#current = backends[chosen ?? 'keychain'];
  }

  choose(backend: 'keychain' | 'memory'): void {
    this.#current = this.#backends[backend];
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
}
