import type { PendingQuestion } from '../../broker/approvals/gate.ts';
import type { PendingAnswer, PolicyAnswer } from '../../broker/contract.ts';
import type { ApprovalAnswer, Managed } from '../../broker/manage-port.ts';
import { STARTER_POLICY } from '../../broker/approvals/policy.ts';
import { CONTAINER } from '../../broker/caller/relay.ts';
import { promptText } from '../../broker/prompt-text.ts';
import type { Caller, PromptAnswer } from '../../broker/types.ts';
import { visible } from '../../broker/visible-text.ts';
import type { ManageParts } from './parts.ts';
import { DONE, done, refused } from './refusals.ts';

type QuestionParts = Pick<ManageParts, 'agent' | 'home' | 'policy' | 'policyPath' | 'questions'>;

/** The questions that wait for a person, as a terminal can show them. */
export function pending({ questions, home }: QuestionParts): PendingAnswer[] {
  return questions.pending().map((one) => pendingAnswer(one, home));
}

export function answer(parts: QuestionParts, id: string, given: ApprovalAnswer): Managed<null> {
  const { agent, questions } = parts;
  if (questions.answer === undefined) return IN_THE_WINDOW;
  if (agent.locked) return refused('locked');
  const asked = questions.pending().find((one) => one.id === id);
  if (asked === undefined) return NOT_PENDING;
  const answers = promptAnswer(given);
  // Beyond the offers it would count as no answer at all, and the script would be refused.
  if (answers.kind === 'allow' && !asked.offers.includes(answers.term)) {
    return refused('bad-request', NOT_OFFERED, `Choose one of: ${[...asked.offers, 'deny'].join(', ')}`);
  }
  return questions.answer(asked.question, answers) ? DONE : NOT_PENDING;
}

export async function policy({ policy: file, policyPath }: QuestionParts): Promise<PolicyAnswer> {
  return file === null ? { ...BY_WINDOW, path: policyPath } : file.read();
}

/** Writes the starter policy where there is none; leaves any other file as it is. */
export async function startPolicy(parts: QuestionParts): Promise<Managed<PolicyAnswer>> {
  if (parts.policy === null) return NO_POLICY_HERE;
  try {
    return done(await parts.policy.start());
  } catch {
    return refused(
      'internal',
      'The policy file could not be written. Nothing was changed.',
      'Make room on the disk, or make the data folder writable, then try again.',
    );
  }
}

function pendingAnswer(
  { id, question, offers, since, behind }: PendingQuestion,
  home: string | null,
): PendingAnswer {
  const { caller, scope, scopeName, account, selfName } = question;
  const { title, body, rows } = promptText(question, offers, home);
  const script = caller.subject.kind === 'program' ? (caller.subject.script?.path ?? null) : null;
  return {
    id,
    program: programOf(caller),
    script: script === null ? null : visible(script),
    self_name: selfName === null ? null : visible(selfName),
    pid: 'process' in caller.subject ? caller.subject.process.pid : caller.peer.pid,
    scope,
    scope_name: scopeName,
    account: account.username,
    since: Math.floor(since / 1_000),
    offers: [...offers],
    lines: [
      title,
      body,
      ...rows.map(({ label, value, note }) => `${label}: ${value}${note === null ? '' : ` (${note})`}`),
      ...(behind === 0
        ? []
        : [`Behind it: ${behind} more of the same script, for this answer or one of their own`]),
    ],
    behind,
  };
}

function programOf({ subject }: Caller): string {
  switch (subject.kind) {
    case 'program':
      return visible(subject.program);
    case 'terminal':
      return `this terminal (${visible(subject.terminal.tty)})`;
    case 'forwarded':
      if (subject.relay === CONTAINER) return 'a container';
      return `forwarded from ${subject.host === null ? 'an unknown host' : visible(subject.host)}`;
    case 'unidentified':
      return 'unidentified';
  }
}

function promptAnswer(given: ApprovalAnswer): PromptAnswer {
  return given === 'deny' || given === 'never' ? { kind: given } : { kind: 'allow', term: given };
}

const NOT_OFFERED = 'This question does not offer that answer, so it still waits.';

const IN_THE_WINDOW = refused(
  'denied',
  'This agent has a window, and questions are answered there alone. Nothing was answered.',
  'Answer it in the small window that the app opened.',
);
const NOT_PENDING = refused(
  'not-found',
  'No such question waits: it was answered, withdrawn, or ran out of time.',
  'See what waits: globus-token approvals --list',
);
const NO_POLICY_HERE = refused(
  'denied',
  'The desktop app asks in its window, and a policy file counts for the agent without one. Nothing was written.',
  'Answer “Always allow” in the app’s question, or run: globus-token agent',
);
const BY_WINDOW: Omit<PolicyAnswer, 'path'> = {
  state: 'absent',
  count: 0,
  why: ['the desktop app asks in its window; a policy file counts for the agent without one'],
  starter: STARTER_POLICY,
};
