import type { Problem } from '../effects.ts';
import { listed } from '../globus/listed.ts';
import type { OAuthFailure } from '../oauth/failure.ts';

/** Wording of what can go wrong with tokens outside a sign-in. Pure. */

/** @param names of the scopes that it was for; none where the asker knows */
export function grantEndedProblem(by: 'server' | 'vault', names: readonly string[] = []): Problem {
  const was = names.length === 0 ? '' : `It was for ${listed(names)}. `;
  return by === 'server'
    ? {
        reason: 'grant-ended',
        title: 'Globus ended this sign-in',
        tokens: `${was}Its refresh token no longer works and was removed. Access tokens you copied earlier may still work until they end.`,
        next: 'Sign in again. It ends by itself after six months without use, or when access is rescinded.',
      }
    : {
        reason: 'grant-missing',
        title: 'A sign-in is no longer in the vault',
        tokens: `${was}Its refresh token was removed by something other than this app, so it cannot be renewed here.`,
        next: 'Sign in again.',
      };
}

export function renewalProblem(failure: OAuthFailure): Problem {
  const kept = 'Your sign-in is kept, and access tokens that are still valid go on working.';
  switch (failure.kind) {
    case 'network':
      return {
        reason: 'network',
        title: 'Globus cannot be reached',
        tokens: kept,
        next: 'Nothing to do: the app tries again by itself when the network is back.',
      };
    case 'unavailable':
      return {
        reason: 'unavailable',
        title: 'Globus could not renew a token just now',
        tokens: kept,
        next: 'Nothing to do: the app tries again by itself, with pauses.',
        detail: failure.message,
      };
    case 'invalid_grant':
      return grantEndedProblem('server');
    case 'refused':
    case 'untrusted':
      return {
        reason: 'renewal-refused',
        title: 'Globus did not renew a token',
        tokens: kept,
        next: 'Check that the client ID is still registered, or sign in again.',
        detail: failure.message,
      };
  }
}

export function notSignedOutProblem(failure: OAuthFailure): Problem {
  return {
    reason: 'not-signed-out',
    title: 'You are not signed out yet',
    tokens:
      'Globus did not confirm that your tokens are revoked, so they are kept here and may still work anywhere.',
    next: 'Check the network, then sign out again. Or rescind access on Globus’s consents page.',
    detail: failure.message,
  };
}

export function needsProblem(kind: 'sign-in' | 'consent', scope: string): Problem {
  return kind === 'sign-in'
    ? {
        reason: 'needs-sign-in',
        title: `No sign-in covers ${scope}`,
        tokens: 'There is no token for it.',
        next: 'Sign in and allow it.',
      }
    : {
        reason: 'needs-consent',
        title: `Your sign-in does not cover ${scope}`,
        tokens: 'Your other tokens are as they were.',
        next: `Sign in again with ${scope} ticked, and allow it.`,
      };
}

/** Of a sign-out. @param vault why it stopped @param revoked the server had confirmed before it did */
export function notRemovedProblem(vault: Problem, revoked: boolean): Problem {
  if (!revoked) return vault;
  const tokens =
    'Globus revoked the sign-in, so its tokens work no more. What is left of it could not be taken out of the vault.';
  return { ...vault, tokens };
}

/** @param vault why it could not be saved */
export function unsavedRenewalProblem(vault: Problem): Problem {
  return {
    ...vault,
    tokens:
      'Globus renewed a sign-in, and its new refresh token could not be saved yet. It is kept in memory and ' +
      'saved as soon as that works; if the app ends before, sign in again.',
  };
}

export function lockedProblem(): Problem {
  return {
    reason: 'locked',
    title: 'The app is locked',
    tokens: 'Your sign-in is safe in the vault; access tokens were dropped from memory.',
    next: 'Unlock it, then copy again.',
  };
}

export function clientIdProblem(): Problem {
  return {
    reason: 'client-id',
    title: 'That is not a client ID',
    tokens: 'Nothing was changed.',
    next: 'Paste the Client UUID from the Globus registration page: 8-4-4-4-12 letters and digits.',
  };
}

/** Under another client ID they would not be found, and nothing here would ever end them (GLOBUS.md §1.5). */
export function clientInUseProblem(): Problem {
  return {
    reason: 'client-holds-sign-ins',
    title: 'The client ID in use has sign-ins, so it was not changed',
    tokens: 'They stay as they are: Globus ties each sign-in to the client ID that asked for it.',
    next: 'Sign out of every account, then change it.',
  };
}

export function busyProblem(): Problem {
  return {
    reason: 'busy',
    title: 'A sign-in is already under way',
    tokens: 'Your tokens are as they were.',
    next: 'Finish it in the browser, or cancel it first.',
  };
}
