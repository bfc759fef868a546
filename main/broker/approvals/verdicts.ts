import type { Reason } from '../contract.ts';
import type { PromptAnswer, Verdict } from '../types.ts';

/** What the gate says without anybody's answer. */
export const NONE: PromptAnswer = { kind: 'none' };
export const NOBODY_ASKED: Verdict = {
  kind: 'refused',
  reason: 'no-answer',
  by: 'no-answer',
  detail: 'Nobody may be asked, and no rule allows this program this scope.',
  next: 'Ask from a terminal, give a person time (--wait 10m) to answer in globus-token approvals, or write a rule',
};
export const DENY_ALL: Verdict = { kind: 'refused', reason: 'denied', by: 'deny-all' };

export function refused(reason: Reason): Verdict {
  return { kind: 'refused', reason, by: reason };
}

/** Nobody said no, so nobody behind that one is told so. */
export function isUnanswered(verdict: Verdict | null): verdict is Verdict {
  return verdict?.kind === 'refused' && verdict.reason === 'no-answer';
}
