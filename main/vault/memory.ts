import { parseEntry, serializeEntry } from './entry.ts';
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
 * Keeps refresh tokens in this process and nowhere else. Used only after the user chose it (CHECKLIST 26),
 * and by tests. It refuses exactly what the keychain would refuse, so that a grant which works here also
 * works there.
 */
export class MemoryVault implements Vault {
  readonly #entries = new Map<string, string>();

  describe(): VaultDescription {
    return { backend: 'memory', label: 'memory, gone when the app quits', persistent: false };
  }

  status(): Promise<VaultStatus> {
    return Promise.resolve('ready');
  }

  read(name: string): Promise<ReadResult> {
    const text = this.#entries.get(name);
    if (text === undefined) return Promise.resolve({ kind: 'absent' });
    const parsed = parseEntry(text);
    return Promise.resolve(
      parsed.ok
        ? { kind: 'found', entry: parsed.entry }
        : { kind: 'trouble', trouble: 'denied', detail: parsed.why },
    );
  }

  write(name: string, entry: VaultEntry): Promise<WriteResult> {
    const serialized = serializeEntry(entry);
    if (!serialized.ok) {
      return Promise.resolve({ kind: 'trouble', trouble: 'denied', detail: serialized.why });
    }
    this.#entries.set(name, serialized.text);
    return Promise.resolve({ kind: 'done' });
  }

  remove(name: string): Promise<RemoveResult> {
    this.#entries.delete(name);
    return Promise.resolve({ kind: 'done' });
  }
}
