import type { ArgumentSpec, Command, OptionSpec } from '../types.ts';

/** `globus-token check [<scope>] --for <duration>` without the options' values' help: one line. */
export function synopsis(command: Command): string {
  const own = Object.keys(command.options).length > 0 ? ['[options]'] : [];
  const words = ['globus-token', command.name, ...own, ...command.arguments.map(argumentWord)];
  return words.join(' ');
}

function argumentWord({ name, required, rest, choices }: ArgumentSpec): string {
  const few = choices !== undefined && choices.length > 0 && choices.length <= 4 ? choices.join('|') : name;
  const shown = few.includes('|') || few.startsWith('<') ? few : `<${few}>`;
  const word = rest === true ? `${shown}…` : shown;
  return required ? word : `[${word}]`;
}

/** `-n, --limit <number>` */
export function optionWord(name: string, { short, type, value }: OptionSpec): string {
  const flags = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return type === 'string' ? `${flags} ${value ?? '<value>'}` : flags;
}
