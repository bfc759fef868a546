import type { ArgumentSpec, Command, Completes, OptionSpec } from '../types.ts';

/** One word that may stand here, and what it is. */
export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/** `files`: the shell knows better than we do. */
export type Completion =
  { readonly kind: 'words'; readonly words: readonly Candidate[] } | { readonly kind: 'files' };

export interface CompletionParts {
  /** Names and summaries of all commands. */
  readonly commands: readonly Candidate[];
  load(name: string): Promise<Command | null>;
  /** What the agent keeps, or what is known without it. Never rejects. */
  values(what: Exclude<Completes, 'file' | 'none' | 'command'>): Promise<readonly Candidate[]>;
}

const NOTHING: Completion = { kind: 'words', words: [] };
/** Every command takes them. */
const COMMON: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', help: 'print JSON' },
  help: { type: 'boolean', short: 'h', help: 'explain the command' },
};

/**
 * What may stand where the cursor is (CHECKLIST 52).
 *
 * @param words what was typed after the program's name; the last one is the word at the cursor, maybe empty
 */
export async function complete(words: readonly string[], parts: CompletionParts): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const [name, ...rest] = words.slice(0, -1);
  if (name === undefined) {
    const options = [
      { value: '--help', help: 'list the commands' },
      { value: '--version', help: 'print the version' },
    ];
    return starting(current.startsWith('-') ? options : parts.commands, current);
  }
  if (name === 'help') {
    return rest.length === 0 ? starting(parts.commands, current) : NOTHING;
  }
  const command = await parts.load(name);
  return command === null ? NOTHING : completeFor(command, rest, current, parts);
}

async function completeFor(
  command: Command,
  typed: readonly string[],
  current: string,
  parts: CompletionParts,
): Promise<Completion> {
  const { positionals, awaiting, passed } = read(command, typed);
  // What comes now belongs to another program: its command line, its files.
  if (passed) return { kind: 'files' };
  if (awaiting !== null) return valuesOf(awaiting, current, '', parts);
  if (current.startsWith('-')) {
    const [flag, value] = split(current);
    if (value === null) return starting(optionsOf(command), current);
    const option = optionNamed(command, flag);
    return option === null ? NOTHING : valuesOf(option, value, `${flag}=`, parts);
  }
  const argument = argumentAt(command, positionals);
  return argument === null ? NOTHING : valuesOf(argument, current, '', parts);
}

interface Read {
  positionals: number;
  /** The option whose value comes now. */
  awaiting: OptionSpec | null;
  passed: boolean;
}

function read(command: Command, typed: readonly string[]): Read {
  let positionals = 0;
  let awaiting: OptionSpec | null = null;
  for (const word of typed) {
    if (awaiting !== null) {
      awaiting = null;
    } else if (word === '--') {
      return { positionals, awaiting: null, passed: command.passesOn === true };
    } else if (word.startsWith('-') && word !== '-') {
      const [flag, value] = split(word);
      const option = optionNamed(command, flag);
      if (option?.type === 'string' && value === null) awaiting = option;
    } else {
      positionals += 1;
    }
  }
  const passed =
    command.passesOn === true && positionals > command.arguments.filter(({ rest }) => !rest).length;
  return { positionals, awaiting, passed };
}

function argumentAt(command: Command, index: number): ArgumentSpec | null {
  const last = command.arguments.at(-1);
  return command.arguments[index] ?? (last?.rest === true ? last : null);
}

async function valuesOf(
  spec: ArgumentSpec | OptionSpec,
  current: string,
  prefix: string,
  parts: CompletionParts,
): Promise<Completion> {
  if (spec.choices !== undefined && spec.completes === undefined) {
    return starting(words(spec.choices, ''), current, prefix);
  }
  const what = spec.completes;
  if (what === undefined || what === 'none') return NOTHING;
  if (what === 'file') return { kind: 'files' };
  if (what === 'command') return starting(parts.commands, current, prefix);
  return starting([...words(spec.choices ?? [], ''), ...(await parts.values(what))], current, prefix);
}

function words(values: readonly string[], help: string): Candidate[] {
  return values.map((value) => ({ value, help }));
}

function optionsOf(command: Command): Candidate[] {
  return Object.entries({ ...command.options, ...COMMON }).map(([name, { help }]) => ({
    value: `--${name}`,
    help,
  }));
}

function optionNamed(command: Command, flag: string): OptionSpec | null {
  const all = { ...command.options, ...COMMON };
  if (flag.startsWith('--')) return all[flag.slice(2)] ?? null;
  return Object.values(all).find(({ short }) => short === flag.slice(1)) ?? null;
}

function split(word: string): [flag: string, value: string | null] {
  const mark = word.indexOf('=');
  return mark < 0 ? [word, null] : [word.slice(0, mark), word.slice(mark + 1)];
}

function starting(all: readonly Candidate[], current: string, prefix = ''): Completion {
  const words = all
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, help }) => ({ value: prefix + value, help }));
  return { kind: 'words', words };
}
