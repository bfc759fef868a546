import { EXIT_CODES, exitCode } from '../exit-codes.ts';
import type { Command } from '../types.ts';
import { optionWord, synopsis } from './synopsis.ts';

/** One command as docs/cli.md has it. */
export function commandMarkdown(command: Command): string {
  const options = Object.entries(command.options);
  const parts = [
    `### ${command.name}`,
    `${sentence(command.summary)}`,
    `    ${synopsis(command)}`,
    ...(command.details ?? []),
    ...(command.arguments.length === 0
      ? []
      : [
          rows(
            command.arguments.map(({ name, help }) => [`\`${name}\``, help]),
            'argument',
          ),
        ]),
    ...(options.length === 0
      ? []
      : [
          rows(
            options.map(([name, spec]) => [`\`${optionWord(name, spec)}\``, spec.help]),
            'option',
          ),
        ]),
    ['```sh', ...command.examples.map(([line, does]) => `${line}   # ${does}`), '```'].join('\n'),
    ...(command.exits.length === 0
      ? []
      : [`Exit codes of its own: ${command.exits.map((name) => `${exitCode(name)} (${name})`).join(', ')}.`]),
  ];
  return `${parts.join('\n\n')}\n`;
}

export function exitCodesMarkdown(): string {
  const codes = Object.entries(EXIT_CODES).map(([name, { code, means }]) => [String(code), name, means]);
  return `${table(['code', 'name', 'means'], codes)}\n`;
}

function rows(lines: readonly (readonly string[])[], what: string): string {
  return table([what, ''], lines);
}

function table(heads: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(heads), row(heads.map(() => '---')), ...lines.map(row)].join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
