import type { SealedVault } from './passphrase-format.ts';

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

/** The mark of the newest file that this data folder had, by which an older copy of it is known. */
export class NewestMark {
  readonly #marks: VaultFileMarks;

  constructor(marks: VaultFileMarks) {
    this.#marks = marks;
  }

  get(): VaultFileMark | null {
    return this.#marks.get();
  }

  /** After the file, so that a crash in between leaves a file that is newer than its mark, which is in order. */
  keep({ id, generation }: SealedVault): void {
    const mark = { id: id.toString('hex'), generation };
    const kept = this.#marks.get();
    if (kept !== null && notBehind(kept, mark)) return;
    this.#set(mark);
  }

  /** @returns false: there is one, and it could not be taken away */
  clear(): boolean {
    return this.#marks.get() === null || this.#set(null);
  }

  /** Settings that cannot be written cost the notice of an older copy, not the sign-in. */
  #set(mark: VaultFileMark | null): boolean {
    try {
      this.#marks.set(mark);
      return true;
    } catch {
      return false;
    }
  }
}

/** Whether `kept` says at least as much as `mark`: another process may have written more since. */
function notBehind(kept: VaultFileMark, mark: VaultFileMark): boolean {
  return kept.id === mark.id && kept.generation >= mark.generation;
}
