import type { AuditView, RuleView } from '../../preload/contract.ts';
import { type Act, REASONS, type AuditEntry, type Reason, type RuleAnswer } from '../broker/contract.ts';
import { shortenEnd, shortenMiddle, visible } from '../broker/visible-text.ts';
import { scopeName } from './scope-views.ts';

/** Characters of a path and of a name. */
const PATH_LIMIT = 200;
const NAME_LIMIT = 120;

/** A rule for the page; every word from outside made visible. @param home shown as `~` */
export function ruleView(rule: RuleAnswer, home: string): RuleView {
  return {
    id: rule.id,
    program: path(rule.program, home),
    script: rule.script === null ? null : path(rule.script, home),
    scope: name(scopeName(rule.scope)),
    account: name(rule.account),
    answer: rule.answer,
    until: rule.until === null ? null : rule.until * 1_000,
    terminal: rule.terminal === undefined ? null : name(rule.terminal),
    host: rule.host === undefined ? null : name(rule.host),
  };
}

/** A line of the log in plain words. @param home shown as `~` */
export function auditView(entry: AuditEntry, home: string): AuditView {
  return {
    time: Date.parse(entry.time),
    what: what(entry),
    why: why(entry),
    answer: entry.answer,
    account: entry.account === null ? null : name(entry.account),
    program: entry.program === null ? null : path(entry.program, home),
    script: entry.script === null ? null : path(entry.script, home),
    pid: entry.pid,
  };
}

function what({ kind, answer, scope, by }: AuditEntry): string {
  const of = scope === null ? '' : `${name(scopeName(scope))}: `;
  if (kind === 'rule' && isDone(by)) {
    const done = by === 'sign-out' && answer === 'denied' ? 'Sign-out not confirmed' : DONE[by];
    return of === '' ? done : `${of}${done.charAt(0).toLowerCase()}${done.slice(1)}`;
  }
  if (by === 'terminal') return scope === null ? 'Policy file written' : `${of}question answered`;
  if (kind === 'rule') return `${of}approval ${answer === 'denied' ? 'not revoked' : 'revoked'}`;
  if (kind === 'copy') return `${of}copied`;
  if (answer === 'denied') return `${of}refused`;
  return `${of}${kind === 'header' ? 'header' : 'token'} given`;
}

/** What was done that is about no approval. */
const DONE: Readonly<Record<Act | 'deny-all:on' | 'deny-all:off', string>> = {
  'deny-all:on': 'Deny everything: turned on',
  'deny-all:off': 'Deny everything: turned off',
  vault: 'Another place for sign-ins chosen',
  client: 'Client ID set',
  'sign-in': 'Sign-in started',
  'sign-out': 'Signed out',
  'sign-out-unconfirmed': 'Sign-ins given up, whether or not Globus confirmed it',
  lock: 'App locked',
  unlock: 'App unlocked',
  forward: 'Socket for another machine made',
  'forward-closed': 'Socket for another machine closed',
  import: 'Token file of another program taken in',
  'import-removed': 'Token file of another program ended and deleted',
};

function isDone(by: string): by is keyof typeof DONE {
  return Object.hasOwn(DONE, by);
}

function why({ kind, answer, by, program }: AuditEntry): string {
  if (by === 'terminal') return 'by you, from a terminal';
  if (kind === 'rule') return program === null ? 'by you, in this window' : 'asked by a program';
  if (by === 'clipboard') return 'by you, in the app';
  if (by === 'prompt') return answer === 'allowed' ? 'you allowed it' : 'you denied it';
  if (by.startsWith('rule:')) return answer === 'allowed' ? 'a rule allows it' : 'a rule denies it';
  if (by === 'deny-all') return 'everything was being denied';
  if (!Object.hasOwn(REASONS, by)) return name(by);
  const said = WHY[by as Reason] ?? REASONS[by as Reason].title;
  return said.charAt(0).toLowerCase() + said.slice(1);
}

/** Where a reason's own title is for the script rather than for the user. */
const WHY: Partial<Record<Reason, string>> = {
  locked: 'the app was locked',
  'no-answer': 'nobody answered in time',
  'cooling-down': 'denied a moment before',
};

function path(text: string, home: string): string {
  const short = home !== '' && text.startsWith(`${home}/`) ? `~${text.slice(home.length)}` : text;
  return shortenMiddle(visible(short), PATH_LIMIT);
}

function name(text: string): string {
  return shortenEnd(visible(text), NAME_LIMIT);
}
