import type {
  ReadResult,
  RemoveResult,
  Vault,
  VaultDescription,
  VaultEntry,
  VaultStatus,
  WriteResult,
} from './types.ts';

/**
 * A vault that is opened by the first question to it. Loading the keychain library blocks the process for
 * some 20 ms, which belongs after the tray icon and not before it.
 */
export class LazyVault implements Vault {
  readonly #open: () => Promise<Vault>;
  readonly #until: VaultDescription;
  #opening: Promise<Vault> | null = null;
  #opened: Vault | null = null;

  /** @param until what `describe` says before the first question */
  constructor(open: () => Promise<Vault>, until: VaultDescription) {
    this.#open = open;
    this.#until = until;
  }

  describe(): VaultDescription {
    return this.#opened?.describe() ?? this.#until;
  }

  async status(): Promise<VaultStatus> {
    return (await this.#vault()).status();
  }

  async read(name: string): Promise<ReadResult> {
    return (await this.#vault()).read(name);
  }

  async write(name: string, entry: VaultEntry): Promise<WriteResult> {
    return (await this.#vault()).write(name, entry);
  }

  async remove(name: string): Promise<RemoveResult> {
    return (await this.#vault()).remove(name);
  }

  async ask(): Promise<void> {
    await (await this.#vault()).ask?.();
  }

  #vault(): Promise<Vault> {
    this.#opening ??= this.#open().then((vault) => {
      this.#opened = vault;
      return vault;
    });
    return this.#opening;
  }
}
