import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ReadResult,
  RemoveResult,
  Vault,
  VaultDescription,
  VaultEntry,
  VaultStatus,
  WriteResult,
} from '../../main/vault/types.ts';

/** Keeps its entries in a folder, so that several processes of a test share it, as they share a keychain. */
export class FileVault implements Vault {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  describe(): VaultDescription {
    return { backend: 'keychain', label: 'test keychain', persistent: true };
  }

  status(): Promise<VaultStatus> {
    return Promise.resolve('ready');
  }

  read(name: string): Promise<ReadResult> {
    try {
      const entry = JSON.parse(readFileSync(this.#path(name), 'utf8')) as VaultEntry;
      return Promise.resolve({ kind: 'found', entry });
    } catch {
      return Promise.resolve({ kind: 'absent' });
    }
  }

  write(name: string, entry: VaultEntry): Promise<WriteResult> {
    const path = this.#path(name);
    const half = `${path}.${randomBytes(4).toString('hex')}`;
    writeFileSync(half, JSON.stringify(entry), { mode: 0o600 });
    renameSync(half, path);
    return Promise.resolve({ kind: 'done' });
  }

  remove(name: string): Promise<RemoveResult> {
    rmSync(this.#path(name), { force: true });
    return Promise.resolve({ kind: 'done' });
  }

  #path(name: string): string {
    return join(this.#folder, createHash('sha256').update(name).digest('hex'));
  }
}
