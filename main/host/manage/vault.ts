import type { Agent } from '../../agent.ts';
import type { VaultTroubleCode } from '../../broker/contract.ts';
import type { Managed } from '../../broker/manage-port.ts';
import { SettingsWriteError } from '../../settings/store.ts';
import { passphraseFileProblem } from '../../vault/passphrase-messages.ts';
import { whyStay } from '../vault-choice.ts';
import type { ManagedVault, ManageParts, UnlockOutcome, VaultBackend } from './parts.ts';
import { DONE, refused, vaultRefused, type Refusal } from './refusals.ts';

type VaultParts = Pick<ManageParts, 'agent' | 'settings' | 'vault'>;

/**
 * Ends the agent's lock; a passphrase file is opened first, so that a wrong passphrase leaves both locked.
 *
 * @param passphrase null: none was given
 * @param wasLocked whether the agent was locked when somebody asked for this
 */
export async function unlock(
  parts: VaultParts,
  passphrase: string | null,
  wasLocked: boolean,
): Promise<Managed<null>> {
  const { agent, vault } = parts;
  if (vault.backend === 'passphrase') {
    if (passphrase === null) {
      return vault.passphrase.unlocked && !agent.locked ? DONE : PASSPHRASE_NEEDED;
    }
    const opened = await vault.passphrase.unlock(passphrase);
    if (opened.kind === 'refused') return troubleRefused(opened);
    // The screen, say, was locked while the key was made: the later wish counts.
    if (agent.locked && !wasLocked) {
      vault.passphrase.lock();
      return LOCKED_MEANWHILE;
    }
  }
  agent.setLocked(false);
  await agent.checkVault();
  return DONE;
}

/** Chooses where sign-ins are kept from now on; refused while the old place holds some (`whyStay`). */
export async function chooseVault(
  parts: VaultParts,
  backend: VaultBackend,
  passphrase: string | null,
): Promise<Managed<null>> {
  const { agent, settings, vault } = parts;
  switch (whyStay(agent.snapshot(), settings, vault.backend, backend)) {
    case 'locked':
      return refused('locked');
    case 'signing-in':
      return SIGNING_IN;
    case 'holds-sign-ins':
      return holding(vault.backend);
    case null:
  }
  if (backend === 'passphrase') {
    if (passphrase === null) return NO_PASSPHRASE;
    const made = await vault.passphrase.create(passphrase);
    if (made.kind === 'refused') return troubleRefused(made);
  }
  const unsaved = save(parts, backend);
  if (unsaved !== null) return unsaved;
  vault.choose(backend);
  // The other place is in another state, which decides what can be renewed.
  await agent.start();
  return DONE;
}

/** The agent was locked, by whomever: the end of that takes the passphrase again. */
export function lockWithAgent(vault: ManagedVault, agent: Pick<Agent, 'checkVault'>): void {
  if (vault.backend !== 'passphrase') return;
  vault.passphrase.lock();
  // Status, window and tray are to say so without a request in between.
  void agent.checkVault();
}

function save({ settings }: VaultParts, backend: VaultBackend): Refusal | null {
  try {
    settings.update((old) => ({ ...old, vaultBackend: backend }));
    return null;
  } catch (error) {
    if (!(error instanceof SettingsWriteError)) throw error;
    return refused(
      'internal',
      'The choice could not be saved. Your tokens are as they were.',
      'Make room on the disk, or make the settings file writable, then choose again.',
    );
  }
}

function troubleRefused({ trouble, detail }: Extract<UnlockOutcome, { kind: 'refused' }>): Refusal {
  const next = NEXT[trouble] ?? 'Try again: globus-token unlock';
  return trouble === 'locked' ? refused('locked', detail, next) : vaultRefused(trouble, detail, next);
}

const NEXT: Partial<Record<VaultTroubleCode, string>> = {
  truncated: passphraseFileProblem('damaged', 'truncated').next,
  damaged: passphraseFileProblem('damaged', 'damaged').next,
  swapped: passphraseFileProblem('damaged', 'swapped').next,
  unreadable: passphraseFileProblem('damaged', 'unreadable').next,
  absent: passphraseFileProblem('missing').next,
  exists: 'Unlock that one: globus-token unlock. Or move vault.bin away first.',
};

const PASSPHRASE_NEEDED = refused(
  'locked',
  'The passphrase file is locked, and no passphrase was given. Your sign-ins are kept in it.',
  'Give it: globus-token unlock',
);
const LOCKED_MEANWHILE = refused(
  'locked',
  'The agent was locked while the passphrase was tried. Your sign-ins are kept.',
  'Unlock it again: globus-token unlock',
);
const NO_PASSPHRASE = refused(
  'bad-request',
  'A passphrase file needs a passphrase. Nothing was made.',
  'Choose one: globus-token unlock --new',
);
const SIGNING_IN = refused(
  'busy',
  'A sign-in is under way, and it is not known yet where it will be kept. Nothing was changed.',
  'Finish it or give it up, then choose again.',
);

const NAMES: Readonly<Record<VaultBackend, string>> = {
  keychain: 'The keychain',
  passphrase: 'The passphrase file',
  memory: 'Memory',
};

function holding(backend: VaultBackend): Refusal {
  return vaultRefused(
    'exists',
    `${NAMES[backend]} holds sign-ins, and nothing is carried over. Nothing was changed.`,
    'Sign out first (globus-token logout), then choose again.',
  );
}
