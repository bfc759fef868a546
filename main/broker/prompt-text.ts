import { offersFor } from './approvals/offers.ts';
import { CONTAINER } from './caller/relay.ts';
import type { Question, Subject, Term } from './types.ts';
import { shortenEnd, shortenMiddle, visible } from './visible-text.ts';

/** How far a row can be believed: the kernel's word, the caller's argv, or a name it gave itself. */
export type Mark = 'seen' | 'claimed' | 'unverified';

export interface PromptTextRow {
  label: string;
  value: string;
  mark: Mark | null;
  /** The mark and what belongs to it, in words: "seen, pid 41822". */
  note: string | null;
  /** A path or another name of the system. */
  code: boolean;
}

export interface PromptTextButton {
  choice: Term | 'deny' | 'never';
  label: string;
}

export interface PromptText {
  title: string;
  body: string;
  rows: PromptTextRow[];
  /** What refuses first, then what allows, the shortest first. */
  buttons: PromptTextButton[];
}

/**
 * The wording of an approval prompt, for the window and the terminal alike (CHECKLIST 31). Every word that
 * comes from outside is made visible and short here.
 *
 * @param offers as the gate gave them to the prompter
 * @param home the user's home folder, shown as `~`; null: paths stay as they are
 */
export function promptText(
  question: Question,
  offers: readonly Term[],
  home: string | null = null,
): PromptText {
  const { subject } = question.caller;
  return {
    title: `Let ${whoFor(subject)} use ${shortenEnd(visible(question.scopeName), NAME_LIMIT)}?`,
    body: bodyFor(question),
    rows: [
      ...subjectRows(question, home),
      ...throughRows(question, home),
      ...selfNameRows(question),
      row('Account', shortenEnd(visible(question.account.username), NAME_LIMIT)),
    ],
    buttons: [
      { choice: 'deny', label: 'Deny' },
      ...(offersFor(subject).remember ? [{ choice: 'never' as const, label: 'Never' }] : []),
      ...offers.map((term) => ({ choice: term, label: LABELS[term] })),
    ],
  };
}

const PATH_LIMIT = 56;
const NAME_LIMIT = 60;
const SELF_NAME_LIMIT = 80;
const ALSO_LIMIT = 4;

const LABELS: Record<Term, string> = {
  once: 'Allow once',
  'ten-minutes': 'Allow 10 minutes',
  hour: 'Allow 1 hour',
  terminal: 'Allow until this terminal closes',
  always: 'Always allow',
};

function whoFor(subject: Subject): string {
  switch (subject.kind) {
    case 'program':
      if (subject.inline) return 'this command';
      return subject.script === null ? 'this program' : 'this script';
    case 'terminal':
      return 'this terminal';
    case 'forwarded':
      if (subject.relay === CONTAINER) return 'a container';
      return subject.host === null ? 'another machine' : shortenMiddle(visible(subject.host), NAME_LIMIT);
    case 'unidentified':
      return 'an unidentified program';
  }
}

function bodyFor({ about }: Question): string {
  const stays = 'Your sign-in stays here.';
  if (about === undefined) return `It gets a short-lived access token for this scope. ${stays}`;
  const lives = about.lifetime === null ? '' : ` for ${duration(about.lifetime)}`;
  const what = shortenEnd(visible(about.definition), NAME_LIMIT);
  const names = about.alsoAllows.slice(0, ALSO_LIMIT).map((name) => shortenEnd(visible(name), NAME_LIMIT));
  const more = about.alsoAllows.length - names.length;
  const also =
    names.length === 0 ? '' : ` It can also: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  return `It gets an access token: “${what}”${lives}.${also} ${stays}`;
}

function subjectRows(question: Question, home: string | null): PromptTextRow[] {
  const { subject, peer } = question.caller;
  switch (subject.kind) {
    case 'program':
      return [
        ...(subject.script === null ? [] : [pathRow('Script', subject.script.path, home, 'claimed')]),
        ...(subject.inline ? [row('Script', codeOf(subject), 'claimed')] : []),
        pathRow('Program', subject.program, home, 'seen', `pid ${subject.process.pid}`),
        row('Started by', shortenEnd(visible(subject.startedBy), NAME_LIMIT), null, terminalNote(subject)),
      ];
    case 'terminal':
      return [
        row('Terminal', visible(subject.terminal.tty), 'seen', null, true),
        pathRow('Shell', subject.process.executable, home, 'seen', `pid ${subject.process.pid}`),
      ];
    case 'forwarded':
      if (subject.relay === CONTAINER) {
        return [
          row('Program', 'unknown: it runs in a container, with files of its own', 'unverified'),
          pathRow('Asked through', peer.executable, home, 'seen', `pid ${peer.pid}, a path in there`),
        ];
      }
      return [
        row(
          'Host',
          subject.host === null ? 'unknown' : shortenMiddle(visible(subject.host), NAME_LIMIT),
          'claimed',
        ),
        row('Program', 'unknown: it runs on the other machine', 'unverified'),
        comesThrough(question, subject, home),
      ];
    case 'unidentified':
      return [
        row('Program', 'unknown', 'unverified'),
        row('Why', shortenEnd(visible(subject.why), NAME_LIMIT)),
        ...(peer.executable === ''
          ? []
          : [pathRow('Asked through', peer.executable, home, 'seen', `pid ${peer.pid}`)]),
      ];
  }
}

function codeOf({ module }: Extract<Subject, { kind: 'program' }>): string {
  if (module === undefined) return 'none: code given on the command line or as input';
  return `none: the module ${shortenEnd(visible(module), NAME_LIMIT)}`;
}

/**
 * The relay with its whole path where the kernel shows it: any program can be named ssh, and only one of them is
 * where the system keeps it.
 */
function comesThrough(
  { caller: { chain, peer } }: Question,
  { host, relay }: Extract<Subject, { kind: 'forwarded' }>,
  home: string | null,
): PromptTextRow {
  const named = chain.find(({ executable }) => executable.endsWith(`/${relay}`));
  const through = host !== null && peer.executable.startsWith('/') ? peer : named;
  const { executable, pid } = through ?? { executable: relay, pid: peer.pid };
  return pathRow('Comes through', executable, home, 'seen', `pid ${pid}`);
}

/** The helpers between the socket and the subject: "curl", "globus-token → curl". */
function throughRows(question: Question, home: string | null): PromptTextRow[] {
  const { subject, chain } = question.caller;
  if (subject.kind !== 'program' && subject.kind !== 'terminal') return [];
  const at = chain.findIndex((one) => one.pid === subject.process.pid);
  const helpers = chain.slice(0, Math.max(at, 0)).reverse();
  if (helpers.length === 0) return [];
  const names = helpers.map(({ executable }) => path(executable, home)).join(' → ');
  return [row('Asked through', shortenMiddle(names, PATH_LIMIT), 'seen', null, true)];
}

function selfNameRows({ selfName }: Question): PromptTextRow[] {
  if (selfName === null || selfName.trim() === '') return [];
  return [row('Calls itself', shortenEnd(visible(selfName), SELF_NAME_LIMIT), 'unverified')];
}

function terminalNote(subject: Extract<Subject, { kind: 'program' }>): string | null {
  if (subject.terminal === null) return 'no terminal';
  const tty = visible(subject.terminal.tty);
  return subject.startedBy === tty ? null : `terminal ${tty}`;
}

function pathRow(label: string, value: string, home: string | null, mark: Mark, more: string | null = null) {
  return row(label, path(value, home), mark, more, true);
}

function row(
  label: string,
  value: string,
  mark: Mark | null = null,
  more: string | null = null,
  code = false,
) {
  const words = [mark, more].filter((word) => word !== null);
  return { label, value, mark, note: words.length === 0 ? null : words.join(', '), code };
}

function path(value: string, home: string | null): string {
  const atHome = home !== null && home !== '/' && value.startsWith(`${home}/`);
  return shortenMiddle(visible(atHome ? `~${value.slice(home.length)}` : value), PATH_LIMIT);
}

function duration(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
