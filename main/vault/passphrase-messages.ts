import type { Problem } from '../effects.ts';
import type { VaultDamage, VaultTrouble } from './types.ts';

/** What the backend is called on screen. */
export const PASSPHRASE_LABEL = 'passphrase file';

const KEPT = 'Your sign-ins are kept in it as they are. Nothing was deleted or written.';
const RESTORE =
  'Put the newest copy of vault.bin back. Or move it away, make a new one (globus-token unlock --new) ' +
  'and sign in again.';

/** The passphrase file in trouble, told to a person; every trouble has a reason and a next step of its own. */
export function passphraseFileProblem(trouble: VaultTrouble, damage?: VaultDamage): Problem {
  switch (trouble) {
    case 'locked':
      return {
        reason: 'vault-file-locked',
        title: 'The passphrase file is locked',
        tokens: 'Your sign-ins are kept in it and cannot be read until it is unlocked.',
        next: 'Run globus-token unlock in a terminal.',
      };
    case 'missing':
      return {
        reason: 'vault-absent',
        title: 'The passphrase file is not there',
        tokens: 'Sign-ins that were kept in it cannot be read. Nothing can be stored.',
        next: 'Put vault.bin back into the data folder, or make a new one: globus-token unlock --new',
      };
    case 'denied':
      return {
        reason: 'vault-denied',
        title: 'The passphrase file could not be changed',
        tokens: 'Your sign-ins are kept as they were. Nothing was deleted.',
        next: 'Make room on the disk and let vault.bin and its folder be written, then try again.',
      };
    case 'slow':
      return {
        reason: 'vault-slow',
        title: 'The passphrase file does not answer',
        tokens: 'Your sign-ins are kept. Tokens that are already in use keep working.',
        next: 'Look whether the disk with the data folder answers, then try again.',
      };
    case 'damaged':
      return damaged(damage);
  }
}

function damaged(damage: VaultDamage | undefined): Problem {
  switch (damage) {
    case 'truncated':
      return {
        reason: 'vault-truncated',
        title: 'The passphrase file is cut short',
        tokens: `The sign-ins in it cannot be read. ${LEFT}`,
        next: RESTORE,
      };
    case 'swapped':
      return {
        reason: 'vault-swapped',
        title: 'The passphrase file is another one, or an older one',
        tokens: `It is not used, because newer sign-ins were kept than it can hold. ${LEFT}`,
        next: RESTORE,
      };
    case 'unreadable':
      return {
        reason: 'vault-unreadable',
        title: 'The passphrase file cannot be read, or others can',
        tokens: KEPT,
        next: 'Make vault.bin a file of yours alone (chmod 600), then run globus-token unlock.',
      };
    case 'damaged':
    case undefined:
      return {
        reason: 'vault-damaged',
        title: 'The passphrase file is damaged',
        tokens: `The sign-ins in it cannot be read. ${LEFT}`,
        next: RESTORE,
      };
  }
}

const LEFT = 'The file was left as it is.';
