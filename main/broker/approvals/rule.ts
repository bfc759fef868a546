import { timingSafeEqual } from 'node:crypto';
import type { RuleAnswer } from '../contract.ts';
import type { Question, Subject, Term } from '../types.ts';
import { isBound, offersFor } from './offers.ts';

/** The pair that names a process for good, within one boot. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTime: string;
}

/** An allowing rule needs `sha256`; `inode` null: only in hand-written policies. A denying one needs neither. */
export interface RuleScript {
  readonly path: string;
  readonly inode: string | null;
  readonly sha256: string | null;
}

/** What a rule is about. `during`: the process (a terminal session's leader, or the program) it ends with. */
export type RuleSubject =
  | {
      readonly kind: 'program';
      readonly program: string;
      readonly script: RuleScript | null;
      readonly inline: boolean;
      readonly during: ({ readonly what: 'terminal'; readonly tty: string } & ProcessMark) | During | null;
    }
  | {
      readonly kind: 'terminal';
      readonly program: string;
      readonly tty: string;
      readonly during: ProcessMark;
    }
  | {
      readonly kind: 'forwarded';
      readonly relay: string;
      readonly host: string | null;
      readonly during: ProcessMark;
    };
type During = { readonly what: 'process' } & ProcessMark;

export interface Rule {
  readonly id: string;
  readonly subject: RuleSubject;
  readonly scope: string;
  /** By `sub` where it is known; a policy file may name the username instead. */
  readonly account: { readonly sub: string | null; readonly username: string | null };
  readonly answer: 'allow' | 'deny';
  /** Milliseconds since the epoch: a clock that was set back before it ends the rule too. */
  readonly since: number;
  /** Milliseconds since the epoch; null: no end in time. */
  readonly until: number | null;
}

/**
 * The rule that an answer makes, without its ID; null when the answer makes none, or when the subject cannot
 * get one of that kind, whatever the prompt said.
 *
 * @param now milliseconds since the epoch
 */
export function ruleFor(question: Question, answer: Term | 'never', now: number): Omit<Rule, 'id'> | null {
  const { subject } = question.caller;
  const offers = offersFor(subject);
  if (answer === 'never' ? !offers.remember : answer === 'once' || !offers.terms.includes(answer))
    return null;
  const about = subjectOf(question, answer);
  if (about === null) return null;
  return {
    subject: about,
    scope: question.scope,
    account: { sub: question.account.sub, username: question.account.username },
    answer: answer === 'never' ? 'deny' : 'allow',
    since: now,
    until: answer === 'ten-minutes' ? now + 600_000 : answer === 'hour' ? now + 3_600_000 : null,
  };
}

/** @param now milliseconds since the epoch */
export function isCurrent(rule: Rule, now: number): boolean {
  return rule.since <= now && (rule.until === null || now < rule.until);
}

export function ruleMatches(rule: Rule, question: Question): boolean {
  if (rule.scope !== question.scope) return false;
  const { sub, username } = rule.account;
  if (sub !== null ? sub !== question.account.sub : username !== question.account.username) return false;
  const { subject } = question.caller;
  const about = rule.subject;
  switch (subject.kind) {
    case 'program':
      return about.kind === 'program' && programMatches(about, subject, rule.answer);
    case 'terminal':
      return about.kind === 'terminal' && sameProcess(about.during, subject.terminal.leader);
    case 'forwarded':
      // Only rules made for this very relay, and only those that end in time (CHECKLIST 35).
      return (
        about.kind === 'forwarded' &&
        rule.until !== null &&
        subject.unread !== true &&
        about.relay === subject.relay &&
        about.host === subject.host &&
        sameProcess(about.during, question.caller.peer)
      );
    case 'unidentified':
      return false;
  }
}

export function toRuleAnswer(rule: Rule): RuleAnswer {
  const about = rule.subject;
  const tty =
    about.kind === 'terminal'
      ? about.tty
      : about.kind === 'program' && about.during?.what === 'terminal'
        ? about.during.tty
        : null;
  return {
    id: rule.id,
    program: about.kind === 'forwarded' ? about.relay : about.program,
    script: about.kind === 'program' ? (about.script?.path ?? null) : null,
    scope: rule.scope,
    account: rule.account.username ?? rule.account.sub ?? '',
    answer: rule.answer,
    until: rule.until === null ? null : Math.floor(rule.until / 1000),
    ...(tty !== null && { terminal: tty }),
    ...(about.kind === 'forwarded' && { host: about.host ?? 'unknown' }),
  };
}

function subjectOf(question: Question, answer: Term | 'never'): RuleSubject | null {
  const { subject, peer } = question.caller;
  switch (subject.kind) {
    case 'program': {
      const { program, script, inline } = subject;
      // A "never" holds for the script whatever it contains by then, or a byte more would ask again.
      const kept =
        script === null
          ? null
          : {
              path: script.path,
              inode: answer === 'never' ? null : (script.binding?.inode ?? null),
              sha256: answer === 'never' ? null : (script.binding?.sha256 ?? null),
            };
      const tied = answer === 'terminal' || !isBound(subject);
      return { kind: 'program', program, script: kept, inline, during: tied ? duringOf(subject) : null };
    }
    case 'terminal': {
      const { tty, leader } = subject.terminal;
      return { kind: 'terminal', program: subject.process.executable, tty, during: mark(leader) };
    }
    case 'forwarded':
      return { kind: 'forwarded', relay: subject.relay, host: subject.host, during: mark(peer) };
    case 'unidentified':
      return null;
  }
}

/** Nothing on disk says what runs: the answer then ends with the terminal session, or with the process. */
function duringOf(subject: Extract<Subject, { kind: 'program' }>) {
  if (subject.terminal === null) return { what: 'process' as const, ...mark(subject.process) };
  return { what: 'terminal' as const, tty: subject.terminal.tty, ...mark(subject.terminal.leader) };
}

function programMatches(
  about: Extract<RuleSubject, { kind: 'program' }>,
  subject: Extract<Subject, { kind: 'program' }>,
  answer: 'allow' | 'deny',
): boolean {
  if (about.program !== subject.program || about.inline !== subject.inline) return false;
  const { during } = about;
  if (during?.what === 'process' && !sameProcess(during, subject.process)) return false;
  if (during?.what === 'terminal') {
    if (subject.terminal === null || !sameProcess(during, subject.terminal.leader)) return false;
  }
  if (about.script === null || subject.script === null) {
    if (about.script !== subject.script) return false;
    // Beyond this process or terminal only what is pinned to disk can be allowed.
    return answer === 'deny' || during !== null || isBound(subject);
  }
  if (about.script.path !== subject.script.path) return false;
  if (answer === 'deny') return true;
  const { inode, sha256 } = about.script;
  const { binding } = subject.script;
  if (sha256 === null) return during !== null && binding === null;
  if (binding === null || !sameHash(sha256, binding.sha256)) return false;
  return inode === null || inode === binding.inode;
}

function mark(process: ProcessMark): ProcessMark {
  return { pid: process.pid, startTime: process.startTime };
}

function sameProcess(one: ProcessMark, other: ProcessMark): boolean {
  return one.pid === other.pid && one.startTime === other.startTime;
}

/** In constant time: how much of a hash fits tells a forger nothing. */
function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
