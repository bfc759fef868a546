import type { Problem } from '../effects.ts';
import type { OAuthFailure } from '../oauth/failure.ts';

/** Wording of every way a sign-in can end without tokens. Pure; server text goes into `detail` alone. */

const NOTHING_CHANGED = 'Nothing was stored, and the tokens you already had are as they were.';

export function timeoutProblem(): Problem {
  return {
    reason: 'timeout',
    title: 'The browser did not come back in time',
    tokens: NOTHING_CHANGED,
    next: 'Start again. If Globus showed an error page, the app cannot see it: check the client ID and the scopes.',
  };
}

export function browserProblem(): Problem {
  return {
    reason: 'no-browser',
    title: 'No browser could be opened',
    tokens: NOTHING_CHANGED,
    next: 'Use “Paste a code”: open the link on any device and bring back the code.',
  };
}

/** @param error the OAuth error code of the redirect, server text like the description */
export function refusedProblem(error: string, description: string | null): Problem {
  const detail = description === null ? error : `${error}: ${description}`;
  if (error === 'access_denied') {
    return {
      reason: 'denied',
      title: 'The consent page was answered with Deny',
      tokens: NOTHING_CHANGED,
      next: 'Start again and choose Allow, or ask for fewer scopes.',
      detail,
    };
  }
  return {
    reason: 'refused',
    title: 'Globus refused the sign-in',
    tokens: NOTHING_CHANGED,
    next: 'Check the client ID, then start again.',
    detail,
  };
}

export function failureProblem(failure: OAuthFailure): Problem {
  const detail = failure.message;
  switch (failure.kind) {
    case 'network':
      return {
        reason: 'network',
        title: 'Globus could not be reached',
        tokens: NOTHING_CHANGED,
        next: 'Check the network, then start again.',
        detail,
      };
    case 'unavailable':
      return {
        reason: 'unavailable',
        title: 'Globus answered with a fault of its own',
        tokens: NOTHING_CHANGED,
        next: 'Wait a minute, then start again.',
        detail,
      };
    case 'invalid_grant':
      return {
        reason: 'code',
        title: 'Globus did not accept the code',
        tokens: NOTHING_CHANGED,
        next: 'Codes are short-lived and work once: start again and use the new one.',
        detail,
      };
    case 'refused':
      return {
        reason: 'refused',
        title: 'Globus refused the sign-in',
        tokens: NOTHING_CHANGED,
        next: 'Check that the client ID belongs to a “thick client or script” registration, then start again.',
        detail,
      };
    case 'untrusted':
      return {
        reason: 'untrusted',
        title: 'The answer failed a security check',
        tokens: `${NOTHING_CHANGED} What came was thrown away.`,
        next: 'Start again. If it happens again, something between you and Globus changes the answers: report it.',
        detail,
      };
  }
}

/** @param stored username of who was expected */
export function otherAccountProblem(stored: string, came: string): Problem {
  return {
    reason: 'other-account',
    title: `You signed in as ${came}, but ${stored} was expected`,
    tokens: `The tokens of ${stored} are as they were. The new ones were revoked and thrown away.`,
    next: `Start again and choose ${stored}, or add ${came} as another account.`,
  };
}

/** Why a chain of authorizations ended early. @param granted short names of what came before */
export function partlyProblem(problem: Problem, granted: readonly string[]): Problem {
  return { ...problem, tokens: `What you allowed before it is kept: ${granted.join(', ')}.` };
}

export function settingsProblem(): Problem {
  return {
    reason: 'settings',
    title: 'The settings file could not be written',
    tokens: `${NOTHING_CHANGED} The new tokens were revoked and thrown away.`,
    next: 'Make room on the disk, or make the app’s data folder writable, then sign in again.',
  };
}
