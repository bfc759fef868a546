import type { Problem } from './effects.ts';
import { IDENTITY_SCOPES } from './globus/scopes.ts';
import { shortNameOf } from './globus/short-names.ts';
import type { AccessResult } from './tokens/keeper.ts';
import {
  grantEndedProblem,
  lockedProblem,
  needsProblem,
  renewalProblem,
  unsavedRenewalProblem,
} from './tokens/problems.ts';
import type { RenewalResult } from './tokens/renewal.ts';
import type { VaultTrouble } from './vault/types.ts';

/**
 * @param vault what stands in the words for a vault that cannot be used
 * @param scopes that the grant is for, root scope strings; absent where the asker knows
 */
export function renewalTrouble(
  result: Exclude<RenewalResult, { kind: 'renewed' }>,
  vault: (trouble: VaultTrouble) => Problem,
  scopes: readonly string[] = [],
): Problem {
  if (result.kind === 'ended') {
    // Who somebody is, comes with every sign-in; nobody asked for it by name.
    const wanted = scopes.filter((scope) => !IDENTITY_SCOPES.includes(scope));
    return grantEndedProblem(result.by, wanted.map(shortNameOf));
  }
  if (result.kind !== 'vault') return renewalProblem(result.failure);
  return result.unsaved === true ? unsavedRenewalProblem(vault(result.trouble)) : vault(result.trouble);
}

/** Why there is no access token for the scope. */
export function noTokenProblem(
  scope: string,
  result: Exclude<AccessResult, { kind: 'token' }>,
  signedIn: boolean,
  vault: (trouble: VaultTrouble) => Problem,
): Problem {
  switch (result.kind) {
    case 'locked':
      return lockedProblem();
    case 'retired':
      return retiredProblem();
    case 'failed':
      return renewalTrouble(result.result, vault);
    case 'none':
      return needsProblem(signedIn ? 'consent' : 'sign-in', shortNameOf(scope));
  }
}

/** This process's agent is about to end, and another one already has its work. */
export function retiredProblem(): Problem {
  return {
    reason: 'retired',
    title: 'Another agent takes over',
    tokens: 'Your sign-ins and tokens are safe; they are being handed over.',
    next: 'Ask again in a moment.',
  };
}

export function scopeProblem(): Problem {
  return {
    reason: 'scope',
    title: 'That is no scope',
    tokens: 'Nothing was changed.',
    next: 'Paste a full scope string, a short name like transfer:all, or flow: and the ID of a flow.',
  };
}

/** @param detail of the settings' own error, which names files and fields alone */
export function unsavedProblem(detail: string | null): Problem {
  return {
    reason: 'settings',
    title: 'The change could not be kept',
    tokens: 'Your sign-ins and tokens are as they were.',
    next: 'Make room on the disk, or make the app’s data folder writable, then try again.',
    ...(detail === null ? {} : { detail }),
  };
}

export function unknownAccountProblem(): Problem {
  return {
    reason: 'unknown-account',
    title: 'No such account is signed in',
    tokens: 'Your tokens are as they were.',
    next: 'Choose one of the accounts shown, or add it by signing in.',
  };
}
