import { createApprovals, type Gate } from '../broker/approvals/gate.ts';
import { PendingPrompter } from '../broker/approvals/pending-prompter.ts';
import type { RuleStore } from '../broker/approvals/rules.ts';
import type { PromptAnswer, Question } from '../broker/types.ts';
import type { Clock, Logger } from '../effects.ts';
import { GatePerAsker } from './gate-per-asker.ts';
import type { PolicyFile } from './policy-file.ts';

export interface HeadlessApprovalParts {
  /** Rules of the policy file, and those that a person gave in the desktop app or in a terminal. */
  rules: RuleStore;
  policy: Pick<PolicyFile, 'refresh' | 'state'>;
  /** Named in a refusal. */
  policyPath: string;
  clock: Clock;
  /** From 0 to 1, for the IDs of questions. */
  random: () => number;
  isLocked: () => boolean;
  /** The switch of the desktop app that refuses every script. */
  denyAll: () => boolean;
  log: Logger;
  /** Whether this system names who asks; where not, nobody is asked, and no token leaves. */
  named: boolean;
}

export interface HeadlessGate extends Gate {
  /** A person's answer. @returns false when the question has one */
  answer(question: Question, answer: PromptAnswer): boolean;
  /** Nobody can answer any more: what waits is refused, and what would wait. */
  close(): void;
}

const NO_NAMES = {
  detail: 'This system does not tell which program asks, so without a window no token is handed out here.',
  next: 'Start the app, which asks in a window of its own.',
};

/** Longer than a window's minute: somebody has to hear of the question, and log in. */
export const HEADLESS_PROMPT_MS = 5 * 60_000;

/**
 * The gate of an agent without a window: switch, lock and rules as everywhere, the policy file read anew before
 * every question, and then whoever answers from a terminal.
 */
export function headlessApprovals(parts: HeadlessApprovalParts): HeadlessGate {
  const { clock, denyAll, isLocked, log, named, policy, policyPath, random, rules } = parts;
  const prompter = new PendingPrompter();
  const current: RuleStore = {
    async match(question) {
      await policy.refresh();
      return rules.match(question);
    },
    add: (question, answer) => rules.add(question, answer),
    list: () => rules.list(),
    revoke: (id) => rules.revoke(id),
  };
  const limits = { promptMs: HEADLESS_PROMPT_MS };
  const gates = new GatePerAsker(clock, (shared) => {
    const gate = createApprovals({ prompter, clock, random, isLocked, log, rules: current, limits, shared });
    gate.denyAll(denyAll());
    return gate;
  });
  return {
    async decide(question, leaving) {
      gates.denyAll(denyAll());
      // No answer of a terminal is taken there, so a question would wait for nobody.
      const verdict = await gates.decide(named ? question : { ...question, wait: 0 }, leaving);
      if (verdict.kind === 'allowed' || verdict.reason !== 'no-answer') return verdict;
      if (!named) return { ...verdict, ...NO_NAMES };
      // Who wrote a policy waits for a rule to count, and nobody may be there to see the log.
      if (policy.state.kind !== 'bad') return verdict;
      return {
        ...verdict,
        detail: `No rule allows this program this scope, and ${policyPath} has a mistake, so it allows nothing.`,
        next: 'Correct that file: the agent’s log names the line.',
      };
    },
    denyAll: (on) => gates.denyAll(on),
    lock: () => gates.lock(),
    pending: () => gates.pending().filter(({ question }) => !prompter.isAnswered(question)),
    list: () => rules.list(),
    revoke: (id) => rules.revoke(id),
    answer: (question, answer) => prompter.answer(question, answer),
    close: () => prompter.close(),
  };
}
