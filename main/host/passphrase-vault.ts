import { join } from 'node:path';
import type { Locks } from '../session/locks/types.ts';
import type { SettingsStore } from '../settings/types.ts';
import { PassphraseVault } from '../vault/passphrase.ts';

/** Held for the last step of a write: no other process replaces the file between our look at it and our own. */
const VAULT_LOCK = 'vault';

/** The passphrase file of a data folder, not touched before its first use; its mark is kept in the settings. */
export function openPassphraseVault(folder: string, settings: SettingsStore, locks: Locks): PassphraseVault {
  return new PassphraseVault({
    path: join(folder, 'vault.bin'),
    marks: {
      get: () => settings.get().vaultFile,
      set: (vaultFile) =>
        settings.update((old) => ({ ...old, vaultFile: vaultFile === null ? null : { ...vaultFile } })),
    },
    alone: (run) => locks.during(VAULT_LOCK, run),
    uid: process.getuid?.() ?? null,
  });
}
