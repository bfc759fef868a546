import { allCommands } from './all-commands.ts';
import { commandMarkdown, exitCodesMarkdown } from './markdown.ts';
import { ENVIRONMENT, manPage } from './man.ts';

/** Where docs/cli.md is made by `npm run docs`; what stands outside is written by hand. */
const MARKS = {
  commands: ['<!-- commands -->', '<!-- end of commands -->'],
  exits: ['<!-- exit codes -->', '<!-- end of exit codes -->'],
  environment: ['<!-- environment -->', '<!-- end of environment -->'],
} as const;

/** @param text of docs/cli.md @returns the same with its made parts made anew @throws Error without a mark */
export async function cliDocument(text: string): Promise<string> {
  const commands = await allCommands();
  const environment = ENVIRONMENT.map(([name, help]) => `- \`${name}\`: ${help}`).join('\n');
  return [
    [MARKS.commands, commands.map(commandMarkdown).join('\n')],
    [MARKS.exits, exitCodesMarkdown()],
    [MARKS.environment, `${environment}\n`],
  ].reduce((all, [marks, made]) => between(all, marks as readonly [string, string], made as string), text);
}

/** @param version of the package */
export async function manual(version: string): Promise<string> {
  return manPage(await allCommands(), version);
}

function between(text: string, [start, end]: readonly [string, string], made: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/cli.md has no ${start} before ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${made}\n${text.slice(to)}`;
}
