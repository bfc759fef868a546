import type { AppView, ProblemView, VaultView } from '../preload/contract.ts';

/** Problems that the page itself words, because main only names a state. Pure. */

const UNTOUCHED = 'Your sign-in is untouched: nothing was removed.';

/** Why the vault cannot be used now, or null when it can. Main's own words win where it has some. */
export function vaultProblem(view: AppView): ProblemView | null {
  if (view.vault.status === 'ready') return null;
  if (view.problem !== null && isVaultProblem(view.problem)) return view.problem;
  if (view.vault.backend === 'passphrase') return wordedFile(view.vault.status);
  if (view.vault.problem !== undefined) return view.vault.problem;
  if (view.vault.status === 'missing' && view.accounts.length > 0) return GONE;
  return worded(view.vault.status);
}

/** The standing problem that is not already shown as the vault's, or null. */
export function standingProblem(view: AppView): ProblemView | null {
  if (view.problem === null) return null;
  return view.vault.status !== 'ready' && isVaultProblem(view.problem) ? null : view.problem;
}

function isVaultProblem(problem: ProblemView): boolean {
  return problem.reason.startsWith('vault-');
}

/** Memory is not offered in its place: it would not find the sign-ins that are in there. */
const GONE: ProblemView = {
  reason: 'vault-missing',
  title: 'No keychain was found',
  tokens: UNTOUCHED,
  next: 'Start the keychain that holds it (GNOME Keyring, KWallet), then try again.',
};

function worded(status: Exclude<VaultView['status'], 'ready'>): ProblemView {
  switch (status) {
    case 'missing':
      return {
        reason: 'vault-missing',
        title: 'No keychain was found',
        tokens: 'Refresh tokens are never written to a plain file, so nothing is kept until you choose.',
        next: 'Start a keychain (GNOME Keyring, KWallet) and try again, or keep tokens in memory only.',
      };
    case 'locked':
      return {
        reason: 'vault-locked',
        title: 'The keychain is locked',
        tokens: UNTOUCHED,
        next: 'Unlock the keychain of your system, then try again.',
      };
    case 'denied':
      return {
        reason: 'vault-denied',
        title: 'The keychain refused access',
        tokens: UNTOUCHED,
        next: 'Allow Globus Token Tray in your keychain’s settings, then try again.',
      };
    case 'slow':
      return {
        reason: 'vault-slow',
        title: 'The keychain does not answer',
        tokens: `${UNTOUCHED} Tokens that are already here go on working.`,
        next: 'It may be waiting for your password in another window. If not, try again.',
      };
    case 'damaged':
      return {
        reason: 'vault-damaged',
        title: 'The keychain is damaged',
        tokens: UNTOUCHED,
        next: 'Restore it from a backup, or sign in again.',
      };
  }
}

/** The passphrase file is opened in a terminal: this window never asks for a passphrase. */
function wordedFile(status: Exclude<VaultView['status'], 'ready'>): ProblemView {
  switch (status) {
    case 'locked':
      return {
        reason: 'vault-locked',
        title: 'The passphrase file is locked',
        tokens: UNTOUCHED,
        next: 'Run globus-token unlock in a terminal.',
      };
    case 'missing':
      return {
        reason: 'vault-absent',
        title: 'The passphrase file is not there',
        tokens: 'Sign-ins that were kept in it cannot be read.',
        next: 'Put vault.bin back into the data folder, or make a new one: globus-token unlock --new',
      };
    case 'damaged':
      return {
        reason: 'vault-damaged',
        title: 'The passphrase file cannot be used',
        tokens: 'The file was left as it is; the sign-ins in it cannot be read.',
        next: 'Run globus-token unlock in a terminal: it says what is wrong with it.',
      };
    case 'denied':
    case 'slow':
      return {
        reason: `vault-${status}`,
        title:
          status === 'slow' ? 'The passphrase file does not answer' : 'The passphrase file was not changed',
        tokens: UNTOUCHED,
        next: 'Look whether the disk with the data folder has room and answers, then try again.',
      };
  }
}

/** A copy that did not arrive, or did not stay: the window was opened for the button that makes it again. */
export const NOT_COPIED: ProblemView = {
  reason: 'not-copied',
  title: 'That was not copied',
  tokens:
    'Your tokens are fine; the clipboard did not take the text, or another program put something else there at once.',
  next: 'Copy it again with the button that is marked now. If that does not help, look at your clipboard manager.',
};

/** `revoked: false` means that the server was not reached and everything was kept (CHECKLIST 23). */
export const NOT_REVOKED: ProblemView = {
  reason: 'not-signed-out',
  title: 'You are still signed in',
  tokens: 'Globus could not be reached, so your tokens were not revoked. They are kept here.',
  next: 'Sign out again when the network is back.',
};

/** The bridge itself failed: a bug or a main process that is gone, never something a person did. */
export function bridgeProblem(error: unknown): ProblemView {
  return {
    reason: 'no-answer',
    title: 'The app did not answer',
    tokens: 'Nothing was changed. Your sign-in rests in the vault.',
    next: 'Quit Globus Token Tray and start it again.',
    ...(error instanceof Error ? { detail: error.message } : {}),
  };
}
