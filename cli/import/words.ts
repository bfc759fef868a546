import { number, record, records, table, text, texts } from '../output.ts';
import { clean } from '../text.ts';
import type { Context, Person } from '../types.ts';

/** What was done with one file, as the agent answered. */
export interface FileAnswer {
  file: string;
  adopted?: unknown;
  removed?: unknown;
  /** Why a file that was to be removed is there still. */
  left?: 'needs-sign-in' | 'not-confirmed';
}

type Found = Readonly<Record<string, unknown>>;

/** What is there: one row per sign-in, and a line for each file that other people or nobody can read. */
export function foundText(context: Context, files: readonly Found[]): void {
  if (files.length === 0) return context.err('No token file of globus-cli or of the Globus SDK was found.\n');
  const rows = files.flatMap((file) =>
    records(file['holdings']).map((holding) => [
      text(file, 'path'),
      text(file, 'program'),
      text(holding, 'account') === '' ? '-' : text(holding, 'account'),
      text(holding, 'profile') === '' ? '-' : text(holding, 'profile'),
      records(holding['tokens'])
        .map((token) => text(token, 'resource_server'))
        .join(' '),
      wayText(holding),
    ]),
  );
  if (rows.length > 0)
    context.out(table(['FILE', 'PROGRAM', 'ACCOUNT', 'PROFILE', 'SERVICES', 'HERE'], rows));
  for (const file of files) {
    const path = clean(text(file, 'path'));
    const problem = record(file['problem']);
    if (file['exposed'] === true) context.err(`warning: other users of this machine can read ${path}\n`);
    if (text(problem, 'title') !== '') {
      context.err(`${path}: ${clean(text(problem, 'title'))}. ${clean(text(problem, 'next'))}\n`);
    }
  }
  if (rows.length > 0) context.err('hint: globus-token import --adopt\n');
}

function wayText(holding: Found): string {
  if (holding['here'] !== true) return `no: of ${text(holding, 'environment')}`;
  if (holding['ours'] !== true) return 'by a sign-in';
  const tokens = records(holding['tokens']).filter(({ renewable }) => renewable === true);
  return tokens.length > 0 && tokens.every(({ adopted }) => adopted === true) ? 'adopted' : 'can be adopted';
}

/** @returns whether the person said yes */
export async function askToEnd(person: Person, file: Found): Promise<boolean> {
  const path = clean(text(file, 'path'));
  const who = text(file, 'program') === 'globus-cli' ? 'globus-cli' : 'The program that made it';
  person.say(`Every token in ${path} will be revoked, and the file deleted.\n`);
  person.say(`${who} will have to sign in again.\n`);
  return (await person.askAfresh('Revoke and delete? [y/N] '))?.trim().toLowerCase() === 'y';
}

export function outcomeText({ file, adopted, removed, left }: FileAnswer): string {
  const lines = [
    ...(adopted === undefined ? [] : adoptedLines(record(adopted))),
    ...(removed === undefined ? [] : removedLines(record(removed))),
    ...(left === 'needs-sign-in' ? ['Not deleted: sign in first, then globus-token import --remove'] : []),
    ...(left === 'not-confirmed' ? ['Not deleted: nothing was ended.'] : []),
  ];
  return `${clean(file)}\n${lines.map((line) => `  ${clean(line)}\n`).join('')}`;
}

function adoptedLines(answer: Found): string[] {
  const signIn = texts(answer, 'sign_in');
  const problem = record(answer['problem']);
  const already = number(answer, 'already') ?? 0;
  return [
    ...records(answer['adopted']).map(
      (one) => `Adopted: ${text(one, 'resource_server')} of ${text(one, 'account')}`,
    ),
    ...(already > 0 ? [`In the vault before: ${already}`] : []),
    ...texts(answer, 'ended').map((server) => `Globus had ended the sign-in for ${server}`),
    ...(signIn.length > 0
      ? [`On the list, for one sign-in (globus-token login): ${signIn.length} scopes`]
      : []),
    ...(text(problem, 'title') === ''
      ? []
      : [`${text(problem, 'title')}. ${text(problem, 'tokens')} ${text(problem, 'next')}`]),
  ];
}

function removedLines(answer: Found): string[] {
  const kept = number(answer, 'kept') ?? 0;
  return [
    `Revoked at Globus: ${number(answer, 'revoked') ?? 0} tokens. The file is deleted.`,
    ...(kept > 0 ? [`Left alive, because the vault holds them: ${kept}`] : []),
  ];
}
