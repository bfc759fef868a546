import { DurableVault } from './durable-vault.ts';
import type {
  ReadResult,
  RemoveResult,
  VaultEntry,
  VaultStatus,
  VaultTrouble,
  WriteResult,
} from '../../main/vault/types.ts';

/** A vault that can be made to answer with trouble, and that keeps the order of calls. */
export class FlakyVault extends DurableVault {
  trouble: VaultTrouble | null = null;
  /** Trouble for writes alone. */
  writeTrouble: VaultTrouble | null = null;
  readonly calls: string[] = [];
  onWrite: (name: string, entry: VaultEntry) => void = () => undefined;

  /** The system asks the person, who opens it. */
  ask(): Promise<void> {
    this.calls.push('ask');
    if (this.trouble === 'locked') this.trouble = null;
    return Promise.resolve();
  }

  override status(): Promise<VaultStatus> {
    return Promise.resolve(this.trouble ?? 'ready');
  }

  override async read(name: string): Promise<ReadResult> {
    this.calls.push('read');
    return this.trouble === null ? super.read(name) : { kind: 'trouble', trouble: this.trouble };
  }

  override async write(name: string, entry: VaultEntry): Promise<WriteResult> {
    this.calls.push('write');
    const trouble = this.trouble ?? this.writeTrouble;
    if (trouble !== null) return { kind: 'trouble', trouble };
    const result = await super.write(name, entry);
    this.onWrite(name, entry);
    return result;
  }

  override async remove(name: string): Promise<RemoveResult> {
    this.calls.push('remove');
    return this.trouble === null ? super.remove(name) : { kind: 'trouble', trouble: this.trouble };
  }
}
