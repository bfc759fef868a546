import type { AppView, ProblemView } from '../preload/contract.ts';

/** Which of main's problems stands where, and those that the page itself words. Pure. */

/** Why the vault cannot be used now, or null when it can. What a call met is newer than the state. */
export function vaultProblem({ vault, problem }: AppView): ProblemView | null {
  if (vault.status === 'ready') return null;
  return problem !== null && isVaultProblem(problem) ? problem : vault.problem;
}

/** The standing problem that is not already shown as the vault's, or null. */
export function standingProblem(view: AppView): ProblemView | null {
  if (view.problem === null) return null;
  return view.vault.status !== 'ready' && isVaultProblem(view.problem) ? null : view.problem;
}

/** What a call met, unless main keeps it standing: that is shown once. */
export function latestProblem(view: AppView, met: ProblemView | null): ProblemView | null {
  return keepsStanding(view, met) ? null : met;
}

/** Whether main shows this problem, by whichever way the page knows of it. */
export function keepsStanding(view: AppView, problem: ProblemView | null): boolean {
  const standing = [standingProblem(view), vaultProblem(view)];
  return problem !== null && standing.some((shown) => shown?.title === problem.title);
}

/**
 * Every problem on the screen as one text for ears. A banner that is live itself is read in pieces, in the order in
 * which they were drawn, buttons and all.
 */
export function spokenProblems(view: AppView, met: ProblemView | null): string[] {
  const shown = [latestProblem(view, met), vaultProblem(view), standingProblem(view)];
  return shown.filter((one) => one !== null).map(({ title, tokens, next }) => `${title}. ${tokens} ${next}`);
}

function isVaultProblem(problem: ProblemView): boolean {
  return problem.reason.startsWith('vault-');
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
