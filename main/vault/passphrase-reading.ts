import type { FileRead, PassphraseFile } from './passphrase-file.ts';
import { type SealedVault, parseVault } from './passphrase-format.ts';
import type { NewestMark } from './passphrase-mark.ts';
import type { VaultDamage } from './types.ts';

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
  readonly #mark: Pick<NewestMark, 'get'>;
  #last: { stamp: string; read: VaultRead } | null = null;

  constructor(file: PassphraseFile, mark: Pick<NewestMark, 'get'>) {
    this.#file = file;
    this.#mark = mark;
  }

  async read(): Promise<VaultRead> {
    // Before the file: another process writes its mark after it, so a file is never older than a mark seen earlier.
    const mark = this.#mark.get();
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

function readOf(found: FileRead): VaultRead {
  if (found.kind !== 'bytes') return found;
  const parsed = parseVault(found.bytes);
  return parsed.kind === 'sealed' ? { ...parsed, stamp: found.stamp } : parsed;
}
