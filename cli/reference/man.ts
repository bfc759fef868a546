import { EXIT_CODES, exitCode } from '../exit-codes.ts';
import type { Command } from '../types.ts';
import { optionWord, synopsis } from './synopsis.ts';

/** Files and environment variables that the CLI goes by; docs/cli.md has the same list. */
export const ENVIRONMENT: readonly (readonly [name: string, help: string])[] = [
  ['GLOBUS_TOKEN_SOCK', 'the agent’s socket, instead of the usual place'],
  ['GLOBUS_TOKEN_WAIT', 'how long a person may take to answer a question, as with --wait'],
  [
    'GLOBUS_TOKEN_PATIENCE',
    'how long the agent may be silent before it counts as stuck, for slow machines: 10s; less than a second when not set',
  ],
  ['GLOBUS_TOKEN_AUTOSTART', '1: an agent is started when none answers'],
  ['GLOBUS_TOKEN_NODE', 'the node that runs the commands other than get and header'],
];

/** The manual page in man(7) macros. */
export function manPage(commands: readonly Command[], version: string): string {
  return [
    `.TH GLOBUS-TOKEN 1 "" "globus-token ${version}" "User Commands"`,
    '.SH NAME',
    'globus-token \\- Globus access tokens for scripts and people',
    '.SH SYNOPSIS',
    '.B globus-token',
    '.I command',
    '.RI [ argument ]...',
    '.SH DESCRIPTION',
    roff(
      'The command line of Globus Token Tray. It asks the running agent (the tray app, or globus-token agent) ' +
        'for access tokens through a local socket; refresh tokens never leave the agent’s vault. ' +
        'Data goes to standard output and everything else to standard error. Every command takes --json ' +
        'and --help. Without a terminal no command waits for a person.',
    ),
    '.SH COMMANDS',
    ...commands.map(commandPart),
    '.SH EXIT STATUS',
    ...Object.values(EXIT_CODES).flatMap(({ code, means }) => ['.TP', `.B ${code}`, roff(means)]),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, help]) => ['.TP', `.B ${name}`, roff(help)]),
    '.SH SEE ALSO',
    '.BR curl (1),',
    '.BR oidc-token (1)',
    '',
  ].join('\n');
}

function commandPart(command: Command): string {
  const options = Object.entries(command.options);
  return [
    `.SS ${roff(command.name)}`,
    `.B ${roff(synopsis(command))}`,
    '.PP',
    roff(`${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`),
    ...(command.details ?? []).flatMap((text) => ['.PP', roff(text)]),
    ...options.flatMap(([name, spec]) => ['.TP', `.B ${roff(optionWord(name, spec))}`, roff(spec.help)]),
    ...(command.exits.length === 0
      ? []
      : ['.PP', roff(`Exit codes of its own: ${command.exits.map((name) => exitCode(name)).join(', ')}.`)]),
    '.PP',
    '.nf',
    ...command.examples.map(([line, does]) => roff(`  ${line}   # ${does}`)),
    '.fi',
  ].join('\n');
}

/** Text that no line of which is a request, with hyphens that can be copied (man(7), groff_char(7)). */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll('…', '...')
    .replace(/^(?=[.'])/gm, '\\&');
}
