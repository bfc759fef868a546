import type { Reason, VaultTroubleCode } from '../../broker/contract.ts';
import type { Managed } from '../../broker/manage-port.ts';
import { vaultRefusal } from '../../broker/vault-trouble.ts';
import type { Problem, Result } from '../../effects.ts';
import { withoutWindow } from '../../vault/messages.ts';

export type Refusal = Extract<Managed<never>, { kind: 'refused' }>;

export const DONE = { kind: 'done', value: null } as const satisfies Managed<null>;

export function done<T>(value: T): Managed<T> {
  return { kind: 'done', value };
}

/** @param detail what happened and what it means for the tokens; @param next the one next step */
export function refused(reason: Reason, detail?: string, next?: string): Refusal {
  return {
    kind: 'refused',
    reason,
    ...(detail === undefined ? {} : { detail }),
    ...(next === undefined ? {} : { next }),
  };
}

export function vaultRefused(trouble: VaultTroubleCode, detail: string, next: string): Refusal {
  return { ...refused('vault-trouble', detail, next), trouble };
}

/** An agent's problem in the broker's words: its sentences stay, its reason becomes one of the contract's. */
export function refusalOf(problem: Problem, other: Reason = 'internal'): Refusal {
  // Asked from a terminal: the window's own offers are not what helps there.
  const vault = vaultRefusal(withoutWindow(problem));
  if (vault !== null) return vault;
  const { reason, title, tokens, next } = problem;
  return refused(REASON_OF[reason] ?? other, `${title}. ${tokens}`, next);
}

export function managed(result: Result<unknown>, other?: Reason): Managed<null> {
  return result.ok ? DONE : refusalOf(result.problem, other);
}

const REASON_OF: Readonly<Record<string, Reason>> = {
  locked: 'locked',
  busy: 'busy',
  retired: 'busy',
  'client-id': 'not-set-up',
  scope: 'unknown-scope',
  'unknown-account': 'unknown-account',
  'needs-sign-in': 'needs-sign-in',
  'grant-ended': 'needs-sign-in',
  'grant-missing': 'needs-sign-in',
  'signed-out': 'needs-sign-in',
  'token-refused': 'needs-sign-in',
  'needs-consent': 'needs-consent',
  'missing-scope': 'needs-consent',
  'no-scope': 'needs-consent',
  network: 'unreachable',
  unavailable: 'unreachable',
  server: 'unreachable',
  unreadable: 'unreachable',
  'renewal-refused': 'unreachable',
  'not-signed-out': 'unreachable',
  'not-found': 'not-found',
  'bad-input': 'bad-request',
  forbidden: 'denied',
  'import-absent': 'not-found',
  'import-in-use': 'busy',
  'import-changing': 'busy',
  'import-changed': 'busy',
  'import-not-revoked': 'unreachable',
  'import-not-deleted': 'internal',
};
