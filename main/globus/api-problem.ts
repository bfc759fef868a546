import type { Problem } from '../effects.ts';
import type { ApiError } from './api-error.ts';
import { shortNameOf } from './short-names.ts';

/**
 * An error of the Flows API in words (CHECKLIST 59): what happened, what it means for the user's tokens, the
 * one next step (GLOBUS.md §6 "What the tray app does").
 *
 * @param role the user's `user_role` on the flow or run, where it is known
 */
export function apiProblem(error: ApiError, role: string | null = null): Problem {
  const said = [error.detail, error.debugId === null ? null : `Reference: ${error.debugId}`];
  const detail = said.filter((text) => text !== null).join(' — ');
  return { ...wordsFor(error, role), ...(detail === '' ? {} : { detail }) };
}

const UNTOUCHED = 'Your tokens are unchanged.';

function wordsFor(error: ApiError, role: string | null): Omit<Problem, 'detail'> {
  switch (error.kind) {
    case 'requirement':
      return {
        reason: 'needs-consent',
        title: error.requirement.message ?? 'Globus asks for another sign-in or consent',
        tokens: 'Your tokens stay valid, but they do not suffice for this request.',
        next: 'Sign in again with what Globus asks for, then repeat the request.',
      };
    case 'authentication':
      return {
        reason: 'token-refused',
        title: 'Globus does not accept this token',
        tokens: 'It has expired or was revoked; other tokens are unchanged.',
        next: 'Renew the token or sign in again.',
      };
    case 'missing-scope':
      return missingScope(error.scopes);
    case 'forbidden':
      return forbidden(error.permission, role);
    case 'not-found':
      return {
        reason: 'not-found',
        title: 'It does not exist, or you may not see it',
        tokens: `${UNTOUCHED} A new sign-in would not help.`,
        next: 'Check the ID, or ask the owner for a role on it.',
      };
    case 'input':
      return {
        reason: 'bad-input',
        title: 'Globus does not accept the content of the request',
        tokens: UNTOUCHED,
        next: 'Correct the fields that are named, then repeat the request.',
      };
    case 'conflict':
      return {
        reason: 'conflict',
        title: 'The present state does not allow it',
        tokens: UNTOUCHED,
        next: 'Look at the present state, then decide again.',
      };
    case 'other':
      return {
        reason: 'refused',
        title: `Globus refused the request (${error.status})`,
        tokens: UNTOUCHED,
        next: 'Try again later; keep the reference for Globus support.',
      };
  }
}

function missingScope(scopes: readonly string[]): Omit<Problem, 'detail'> {
  const names = scopes.map(shortNameOf).join(' or ');
  return {
    reason: 'missing-scope',
    title: names === '' ? 'The token lacks a scope for this request' : `The token lacks the scope ${names}`,
    tokens: 'It stays valid for what it covers.',
    next: names === '' ? 'Get a token for the scope that is named.' : `Get a token for ${names}.`,
  };
}

/** The least role that has each permission (GLOBUS.md §4.3). */
const ROLE_FOR: Readonly<Record<string, string>> = {
  RUN: 'flow_starter',
  VIEW: 'flow_viewer',
  EDIT: 'flow_administrator',
  UPDATE: 'flow_administrator or run_manager',
  DELETE: 'flow_owner',
  CANCEL: 'run_manager',
  RELEASE: 'run_manager',
  RESUME: 'run_manager of the run itself',
};

function forbidden(permission: string | null, role: string | null): Omit<Problem, 'detail'> {
  const needed =
    permission !== null && Object.hasOwn(ROLE_FOR, permission) ? ROLE_FOR[permission] : undefined;
  const have = role === null ? 'Your role does not allow this' : `Your role (${role}) does not allow this`;
  return {
    reason: 'forbidden',
    title: needed === undefined ? have : `${have}: it needs ${needed} or higher`,
    tokens: `${UNTOUCHED} A role decides, not a scope; a new sign-in would not help.`,
    next: 'Ask the owner of the flow for the role.',
  };
}
