import type { FileRead, PassphraseFile } from './passphrase-file.ts';
import { type SealedVault, parseVault } from './passphrase-format.ts';
import type { VaultDamage } from './types.ts';

/** Which vault was written last, and how often it had been: in the settings, apart from the file itself. */
export interface VaultFileMark {
  /** 32 hex digits. */
  readonly id: string;
  readonly generation: number;
}

export interface VaultFileMarks {
  /** Null when there is none yet: then whatever opens with the passphrase is ours. */
  get(): VaultFileMark | null;
  /** @throws when it could not be kept */
  set(mark: VaultFileMark | null): void;
}

export interface SealedRead {
  readonly kind: 'sealed';
  readonly sealed: SealedVault;
  readonly stamp: string;
}

export type VaultRead =
  | SealedRead
  | { readonly kind: 'absent' }
  /** `detail` says what is wrong: "it ends too early". */
  | { readonly kind: VaultDamage; readonly detail: string };

/** The file with everything checked that needs no passphrase. The same file is read once. */
export class VaultReader {
  readonly #file: PassphraseFile;
  readonly #marks: VaultFileMarks;
  #last: { stamp: string; read: VaultRead } | null = null;

  constructor(file: PassphraseFile, marks: VaultFileMarks) {
    this.#file = file;
    this.#marks = marks;
  }

  async read(): Promise<VaultRead> {
    // Before the file: another process writes its mark after it, so a file is never older than a mark seen earlier.
    const mark = this.#marks.get();
    const parsed = await this.#parsed();
    if (parsed.kind !== 'sealed' || mark === null) return parsed;
    const { id, generation } = parsed.sealed;
    if (id.toString('hex') !== mark.id) return { kind: 'swapped', detail: 'it is another one' };
    if (generation < mark.generation) return { kind: 'swapped', detail: 'it is an older copy' };
    return parsed;
  }

  async #parsed(): Promise<VaultRead> {
    if (this.#last !== null && this.#last.stamp === this.#file.stamp()) return this.#last.read;
    const found = await this.#file.read();
    const read = readOf(found);
    // One that could not be read may be readable next time without a change that a stamp tells.
    this.#last = found.kind === 'bytes' ? { stamp: found.stamp, read } : null;
    return read;
  }
}

/** Whether `kept` says at least as much as `mark`: another process may have written more since. */
export function notBehind(kept: VaultFileMark, mark: VaultFileMark): boolean {
  return kept.id === mark.id && kept.generation >= mark.generation;
}

function readOf(found: FileRead): VaultRead {
  if (found.kind !== 'bytes') return found;
  const parsed = parseVault(found.bytes);
  return parsed.kind === 'sealed' ? { ...parsed, stamp: found.stamp } : parsed;
}
