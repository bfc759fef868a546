import { COMMANDS } from './commands.ts';
import { EXIT_CODES, type ExitName } from './exit-codes.ts';
import { COMMON_OPTIONS } from './parse.ts';
import { optionWord, synopsis } from './reference/synopsis.ts';
import { wrap } from './text.ts';
import type { Command } from './types.ts';

/** Of the whole program. */
export function overview(): string {
  const width = Math.max(0, ...Object.keys(COMMANDS).map((name) => name.length));
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) =>
    item(name.padEnd(width), wrap(summary, width + 4)),
  );
  return `usage: globus-token <command> [options]

Globus tokens for scripts and people, from the agent that keeps them: the tray
app, or the agent without a window. No token is ever stored by a script.

commands:
${commands.join('')}
options:
  -h, --help     explain the program, or after a command that command
  -V, --version  print the version

globus-token help <command> explains one command, and its exit codes.
`;
}

/** Of one command, from its table. */
export function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  return [
    `usage: ${synopsis(command)}\n`,
    `${wrap(sentence(command.summary), 0)}\n`,
    ...(command.details ?? []).map((paragraph) => `${wrap(paragraph, 0)}\n`),
    section(
      'arguments',
      command.arguments.map(({ name, help }) => [bracketed(name), help]),
    ),
    section(
      'options',
      options.map(([name, spec]) => [
        spec.short === undefined ? `    ${optionWord(name, spec)}` : optionWord(name, spec),
        spec.help,
      ]),
    ),
    examples(command),
    section('exit codes', exits(['ok', 'failed', 'usage', ...command.exits])),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function examples({ examples: all }: Command): string {
  if (all.length === 0) return '';
  return `examples:\n${all.map(([line, does]) => `  ${line}\n      ${wrap(does, 6)}\n`).join('')}`;
}

function exits(names: readonly ExitName[]): [string, string][] {
  return [...new Set(names)]
    .map((name) => EXIT_CODES[name])
    .sort((one, other) => one.code - other.code)
    .map(({ code, means }) => [String(code).padStart(2), means]);
}

/** Terms and what they mean, side by side; where a term is long, below it. */
function section(title: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const width = Math.min(22, Math.max(...rows.map(([term]) => term.length)));
  const lines = rows.map(([term, means]) =>
    item(
      term.length > width ? `${term}\n${' '.repeat(width + 2)}` : term.padEnd(width),
      wrap(means, width + 4),
    ),
  );
  return `${title}:\n${lines.join('')}`;
}

function item(term: string, means: string): string {
  return `  ${term}  ${means}\n`;
}

function bracketed(name: string): string {
  return name.startsWith('<') ? name : `<${name}>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
