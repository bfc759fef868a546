import { MemoryVault } from '../../main/vault/memory.ts';
import type { VaultDescription } from '../../main/vault/types.ts';

/** Keeps its entries for as long as the test holds it, as a keychain outlives the app. */
export class DurableVault extends MemoryVault {
  override describe(): VaultDescription {
    return { backend: 'keychain', label: 'test keychain', persistent: true };
  }
}
