import type { AppView, ProblemView, VaultView } from '../preload/contract.ts';

/** Problems that the page itself words, because main only names a state. Pure. */

const UNTOUCHED = 'Your sign-in is untouched: nothing was removed.';

/** Why the vault cannot be used now, or null when it can. Main's own words win where it has some. */
export function vaultProblem(view: AppView): ProblemView | null {
  if (view.vault.status === 'ready') return null;
  if (view.problem !== null && isVaultProblem(view.problem)) return view.problem;
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
  }
}

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
