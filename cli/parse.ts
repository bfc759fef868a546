import { parseArgs } from 'node:util';
import { Failure } from './failure.ts';
import { nearest } from './nearest.ts';
import type { Command, Input, OptionSpec } from './types.ts';

/** Every command takes them. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', help: 'print JSON: data on stdout, an error on stderr' },
  help: { type: 'boolean', short: 'h', help: 'explain the command' },
};

export interface Parsed {
  readonly input: Input;
  readonly json: boolean;
  readonly help: boolean;
}

/** `--json` as far as it can be seen before the words are understood: an error in them is JSON too. */
export function wantsJson(command: Command, words: readonly string[]): boolean {
  const [own] = command.passesOn === true ? split(command, words) : [words];
  const end = own.indexOf('--');
  return (end < 0 ? own : own.slice(0, end)).includes('--json');
}

/**
 * Reads a command's words: unknown options, missing values, and arguments too many or too few are refused.
 *
 * @throws Failure `usage`
 */
export function parse(command: Command, words: readonly string[]): Parsed {
  const [own, passed] = command.passesOn === true ? split(command, words) : [words, []];
  const { options, positionals } = readOptions(command, own);
  const all = [...positionals, ...passed];
  const help = options['help'] === true;
  if (!help) checkArguments(command, all);
  return { input: { positionals: all, options }, json: options['json'] === true, help };
}

/** The words that are ours, and those from the first argument on: they belong to another program. */
function split(command: Command, words: readonly string[]): [own: readonly string[], passed: string[]] {
  const options = { ...command.options, ...COMMON_OPTIONS };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') return [words.slice(0, index), words.slice(index + 1)];
    if (!word.startsWith('-') || word === '-') return [words.slice(0, index), words.slice(index)];
    const spec = word.startsWith('--')
      ? options[word.slice(2)]
      : Object.values(options).find(({ short }) => short === word.slice(1));
    if (spec?.type === 'string') index += 1;
  }
  return [words, []];
}

function readOptions(
  command: Command,
  words: readonly string[],
): { options: Record<string, string | boolean | string[]>; positionals: string[] } {
  const specs = { ...command.options, ...COMMON_OPTIONS };
  const options: Record<string, string | boolean | string[]> = {};
  const positionals: string[] = [];
  // Most often there is none, and to load what reads them takes a millisecond.
  if (!words.some((word) => word.startsWith('-'))) return { options, positionals: [...words] };
  // The tokens alone are used: what is wrong with them is said in our own words, with the nearest right one.
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]),
    ),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknownOption(command, token.rawName, Object.keys(specs));
    if (spec.type === 'boolean') {
      if (token.value !== undefined) throw usage(command, `${token.rawName} takes no value`);
      options[token.name] = true;
    } else {
      const value = valueOf(command, token.rawName, spec, token);
      const before = options[token.name];
      options[token.name] =
        spec.multiple === true ? [...(Array.isArray(before) ? before : []), value] : value;
    }
  }
  return { options, positionals };
}

function valueOf(
  command: Command,
  rawName: string,
  { choices, value: placeholder }: OptionSpec,
  { value, inlineValue }: { value?: string | undefined; inlineValue?: boolean | undefined },
): string {
  // `--for --json`: the value was forgotten. One that starts so is written `--name=-value`.
  if (value === undefined || (inlineValue !== true && value.length > 1 && value.startsWith('-'))) {
    throw usage(command, `${rawName} needs a value: ${rawName} ${placeholder ?? '<value>'}`);
  }
  if (choices !== undefined && !choices.includes(value)) {
    throw usage(command, `${rawName} takes ${choices.join(', ')}, not ${JSON.stringify(value)}`);
  }
  return value;
}

function checkArguments(command: Command, given: readonly string[]): void {
  const missing = command.arguments.find(({ required }, index) => required && given[index] === undefined);
  if (missing !== undefined) {
    throw usage(command, `${command.name} needs <${missing.name.replace(/^<|>$/g, '')}>`);
  }
  const extra = given[command.arguments.length];
  if (extra !== undefined && command.arguments.at(-1)?.rest !== true) {
    throw usage(command, `${command.name} does not take ${JSON.stringify(extra)}`);
  }
}

function unknownOption(command: Command, rawName: string, names: readonly string[]): Failure {
  const near = rawName.startsWith('--') ? nearest(rawName.slice(2), names) : null;
  const line = `globus-token ${command.name}`;
  return new Failure(
    'usage',
    `unknown option ${JSON.stringify(rawName)} of ${command.name}`,
    near === null ? `${line} --help` : `did you mean --${near}? See ${line} --help`,
  );
}

function usage(command: Command, detail: string): Failure {
  return new Failure('usage', detail, `globus-token ${command.name} --help`);
}
