import { join } from 'node:path';
import { PassphraseVault, type PassphraseVaultOptions } from '../../main/vault/passphrase.ts';
import type { ScryptCost } from '../../main/vault/passphrase-format.ts';
import type { VaultFileMark, VaultFileMarks } from '../../main/vault/passphrase-mark.ts';

/** 128 KiB and about a millisecond. */
export const FAST: ScryptCost = { logN: 10, r: 1, p: 1 };

/** The mark of a passphrase file as the settings keep it. */
export class KeptMark implements VaultFileMarks {
  mark: VaultFileMark | null = null;
  /** Set: it cannot be kept. */
  broken = false;

  get(): VaultFileMark | null {
    return this.mark;
  }

  set(mark: VaultFileMark | null): void {
    if (this.broken) throw new Error('the settings cannot be written');
    this.mark = mark;
  }
}

export interface PassphraseRig {
  path: string;
  marks: KeptMark;
  vault: PassphraseVault;
}

export function passphraseVault(
  folder: string,
  options: Partial<PassphraseVaultOptions> & { marks?: KeptMark } = {},
): PassphraseRig {
  const path = join(folder, 'vault.bin');
  const marks = options.marks ?? new KeptMark();
  const uid = process.getuid?.() ?? null;
  const vault = new PassphraseVault({ path, uid, cost: FAST, ...options, marks });
  return { path, marks, vault };
}
