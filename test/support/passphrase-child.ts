import Conf from 'conf';
import { openSettingsFile } from '../../main/desktop/settings-file.ts';
import { systemClock } from '../../main/host/clock.ts';
import { systemLockEffects } from '../../main/session/locks/effects.ts';
import { openLocks } from '../../main/session/locks/os-locks.ts';
import { openPassphraseVault } from '../../main/host/passphrase-vault.ts';
import type { PassphraseVault, UnlockResult } from '../../main/vault/passphrase.ts';
import { serve } from './child-serve.ts';

export type PassphraseRequest =
  | { op: 'open'; folder: string; passphrase: string }
  /** Writes `<prefix>-0` and so on, each with its own name as token, until it is killed or `count` are done. */
  | { op: 'work'; prefix: string; count: number }
  /** Names of what is there of `names`, each with the right token. */
  | { op: 'found'; names: readonly string[] };

let vault: PassphraseVault | null = null;

/** As an agent opens it, over the settings and the locks of the folder. */
async function open(folder: string, passphrase: string): Promise<UnlockResult> {
  const locks = openLocks(`${folder}/locks`, systemLockEffects(systemClock));
  const settings = openSettingsFile(folder, (options) => new Conf(options), Date.now, locks);
  vault = openPassphraseVault(folder, settings, locks);
  return vault.unlock(passphrase);
}

async function work(prefix: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const name = `${prefix}-${index}`;
    const written = await vault?.write(name, { refreshToken: name, scopes: ['urn:x:a'] });
    if (written?.kind !== 'done') throw new Error(JSON.stringify(written));
    // Heard before the process is killed, if it is: this one is on the disk.
    process.send?.({ written: name });
  }
}

serve(async (request: PassphraseRequest) => {
  if (request.op === 'open') return open(request.folder, request.passphrase);
  if (request.op === 'work') return work(request.prefix, request.count);
  const found: string[] = [];
  for (const name of request.names) {
    const read = await vault?.read(name);
    if (read?.kind === 'found' && read.entry.refreshToken === name) found.push(name);
    else if (read?.kind !== 'absent') throw new Error(JSON.stringify(read));
  }
  return found;
});
