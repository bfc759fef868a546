import type { RuleStore } from '../broker/approvals/rules.ts';
import type { Approvals } from '../broker/types.ts';
import type { Logger } from '../effects.ts';
import type { PolicyFile } from './policy-file.ts';

export interface PolicyApprovalParts {
  /** Rules of the policy file, and those that a person gave in the desktop app. */
  rules: Pick<RuleStore, 'match'>;
  policy: Pick<PolicyFile, 'refresh'>;
  /** Named in a refusal. */
  policyPath: string;
  isLocked: () => boolean;
  /** The switch of the desktop app that refuses every script. */
  denyAll: () => boolean;
  log: Logger;
}

/**
 * Decides who gets a token where nobody can be asked: switch, lock, rules, in this order. Without a rule it is
 * a no that names the file where a yes belongs (CHECKLIST 35).
 */
export function policyApprovals(parts: PolicyApprovalParts): Approvals {
  const { rules, policy, policyPath, isLocked, denyAll, log } = parts;
  return {
    async decide(question, signal) {
      if (denyAll()) return { kind: 'refused', reason: 'denied', by: 'deny-all' };
      try {
        const state = await policy.refresh();
        const rule = await rules.match(question);
        if (isLocked()) return { kind: 'refused', reason: 'locked', by: 'locked' };
        if (rule?.answer === 'deny') {
          return { kind: 'refused', reason: 'denied-by-rule', by: `rule:${rule.id}` };
        }
        if (rule !== null && !signal.aborted) return { kind: 'allowed', by: `rule:${rule.id}` };
        const detail =
          state.kind === 'bad'
            ? `Nobody is here to be asked, and ${policyPath} has a mistake: the agent’s log names it.`
            : `Nobody is here to be asked, and no rule in ${policyPath} allows this program this scope.`;
        return { kind: 'refused', reason: 'no-answer', by: 'no-answer', detail };
      } catch (error) {
        log.error({ error }, 'the approval rules could not be asked');
        return { kind: 'refused', reason: 'no-answer', by: 'no-answer' };
      }
    },
  };
}
