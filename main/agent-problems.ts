import type { Problem } from './effects.ts';
import { findScope } from './globus/scopes.ts';
import type { AccessResult } from './tokens/keeper.ts';
import { grantEndedProblem, lockedProblem, needsProblem, renewalProblem } from './tokens/problems.ts';
import type { RenewalResult } from './tokens/renewal.ts';
import type { VaultTrouble } from './vault/types.ts';

/** @param vault what stands in the words for a vault that cannot be used */
export function renewalTrouble(
  result: Exclude<RenewalResult, { kind: 'renewed' }>,
  vault: (trouble: VaultTrouble) => Problem,
): Problem {
  if (result.kind === 'ended') return grantEndedProblem(result.by);
  return result.kind === 'vault' ? vault(result.trouble) : renewalProblem(result.failure);
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
      return needsProblem(signedIn ? 'consent' : 'sign-in', findScope(scope)?.name ?? scope);
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
