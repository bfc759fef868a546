import type { Problem } from '../effects.ts';
import { keyringWords } from './keyring-words.ts';
import { PASSPHRASE_LABEL, passphraseFileProblem } from './passphrase-messages.ts';
import type { VaultAbsence, VaultDamage, VaultDescription, VaultTrouble } from './types.ts';

/** How backends are called on screen; a Linux provider adds its own name in front. */
export const KEYCHAIN_LABELS = {
  linux: 'Secret Service',
  macos: 'macOS Keychain',
  windows: 'Windows Credential Manager',
} as const;

/**
 * A vault in trouble, told to a person: what happened, what it means for the tokens, the one next step
 * (CHECKLIST 27, 59). `absence` makes the four kinds of `missing` four messages, `damage` those of `damaged`.
 */
export function vaultProblem(
  trouble: VaultTrouble,
  backendLabel: string,
  absence?: VaultAbsence,
  damage?: VaultDamage,
): Problem {
  if (backendLabel === PASSPHRASE_LABEL) return passphraseFileProblem(trouble, damage);
  switch (trouble) {
    case 'locked':
      return {
        reason: 'vault-locked',
        title: `${backendLabel} is locked`,
        tokens: 'Your sign-ins are kept and cannot be read until it is unlocked.',
        next: bySystem(backendLabel, {
          linux: keyringWords(backendLabel).unlock,
          macos: 'Unlock the login keychain in Keychain Access, then try again.',
          windows: 'Unlock this computer, then try again.',
        }),
      };
    case 'missing':
      return missing(backendLabel, absence);
    case 'denied':
      return {
        reason: 'vault-denied',
        title: `${backendLabel} refused access`,
        tokens: 'Your sign-ins are kept and could not be read or changed. Nothing was deleted.',
        next: bySystem(backendLabel, {
          linux: keyringWords(backendLabel).allow,
          macos: 'Try again and choose “Always Allow” when macOS asks. If that does not help, sign in again.',
          windows: 'Try again. If that does not help, sign in again.',
        }),
      };
    case 'slow':
      return {
        reason: 'vault-slow',
        title: `${backendLabel} does not answer`,
        tokens: 'Your sign-ins are kept. Tokens that are already in use keep working.',
        next: bySystem(backendLabel, {
          linux: keyringWords(backendLabel).wake,
          macos: 'Answer any keychain prompt that is open, or log out and in again.',
          windows: 'Try again in a minute, or log out and in again.',
        }),
      };
    case 'damaged':
      return {
        reason: 'vault-damaged',
        title: `${backendLabel} is damaged`,
        tokens: 'Your sign-ins are kept as they are and cannot be read. Nothing was deleted.',
        next: 'Restore it from a backup, or sign in again.',
      };
  }
}

/** Whether a press of the window's button has the keyring itself ask the person (`Vault.ask`). */
export function asksItself(trouble: VaultTrouble, label: string): boolean {
  if (!label.includes(KEYCHAIN_LABELS.linux)) return false;
  return trouble === 'locked' || (trouble === 'denied' && label.startsWith('KeePassXC'));
}

/** The words of `vaultProblem` where that button is. */
export function askingProblem(problem: Problem, trouble: VaultTrouble, label: string): Problem {
  if (!asksItself(trouble, label)) return problem;
  if (trouble === 'denied') {
    const { next } = problem;
    return { ...problem, next: `${next} Or answer its question: it holds until this app ends.` };
  }
  const [provider] = label.split(' (');
  const asker = provider === undefined || provider === label ? 'The keyring' : provider;
  return { ...problem, next: `${asker} asks for the password itself; this app never sees it.` };
}

/** What the window offers where there is no keychain. No passphrase is typed into it. */
const MEMORY_OFFER =
  'Or keep tokens in memory until you quit, or in a file with a passphrase: globus-token unlock --new';
/** What a terminal offers there. */
const TERMINAL_OFFER = 'Or keep sign-ins in a passphrase file: globus-token unlock --new';

/** The words of `vaultProblem` for an agent without a window, which offers the passphrase file instead. */
export function withoutWindow(problem: Problem): Problem {
  return { ...problem, next: problem.next.replace(MEMORY_OFFER, TERMINAL_OFFER) };
}

/**
 * The words of `vaultProblem` for this vault.
 *
 * @param holds sign-ins are kept already: another place would not find them, and is not offered
 */
export function problemOf(
  { label, absence, damage }: Pick<VaultDescription, 'label' | 'absence' | 'damage'>,
  trouble: VaultTrouble,
  holds: boolean,
): Problem {
  const problem = vaultProblem(trouble, label, absence, damage);
  return holds ? withoutOffer(problem) : problem;
}

export function withoutOffer(problem: Problem): Problem {
  return { ...problem, next: problem.next.replace(` ${MEMORY_OFFER}`, '') };
}

function missing(label: string, absence: VaultAbsence | undefined): Problem {
  const tokens = 'Nothing can be stored. Earlier sign-ins, if any, are not touched.';
  const memory = MEMORY_OFFER;
  switch (absence) {
    case 'bus':
      return {
        reason: 'vault-missing-bus',
        title: 'There is no D-Bus session, so no keyring can be reached',
        tokens,
        next: `Start the app from a desktop session, or inside dbus-run-session. ${memory}`,
      };
    case 'collection':
      return {
        reason: 'vault-missing-collection',
        title: `${label} has no default keyring`,
        tokens,
        next: `${keyringWords(label).create} ${memory}`,
      };
    case 'library':
      return {
        reason: 'vault-missing-library',
        title: 'The library that speaks to the keychain could not be loaded',
        tokens,
        next: `Install Globus Token Tray again. ${memory}`,
      };
    case 'service':
    case undefined:
      return {
        reason: 'vault-missing-service',
        title: bySystem(label, {
          linux: 'No keyring service is running',
          macos: `${label} could not be found`,
          windows: `${label} is not available in this session`,
        }),
        tokens,
        next: bySystem(label, {
          linux: `Install gnome-keyring or another Secret Service (KWallet, KeePassXC), then log in again. ${memory}`,
          macos: `Open Keychain Access and create a login keychain. ${memory}`,
          windows: `Log in to Windows at the console or by Remote Desktop. ${memory}`,
        }),
      };
  }
}

function bySystem(label: string, texts: Record<keyof typeof KEYCHAIN_LABELS, string>): string {
  if (label === KEYCHAIN_LABELS.macos) return texts.macos;
  return label === KEYCHAIN_LABELS.windows ? texts.windows : texts.linux;
}
