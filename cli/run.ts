import { BrokerClient } from './client.ts';
import { COMMANDS } from './commands.ts';
import { type Host, openContext } from './context.ts';
import { Failure } from './failure.ts';
import { nearest } from './nearest.ts';
import { parse, wantsJson } from './parse.ts';
import type { Command } from './types.ts';

/** Hidden: what the completion scripts ask. */
const COMPLETE = '__complete';
/** Hidden: the build asks for the manual page and the launcher's tables, `npm run docs` for docs/cli.md from stdin. */
const MADE = ['__manual', '__launcher', '__document'];

/**
 * Runs one command line.
 *
 * @param words argv without the interpreter and the script
 * @returns the exit code
 */
export async function run(words: readonly string[], host: Host): Promise<number> {
  const [first, ...rest] = words;
  let json = first !== undefined && !Object.hasOwn(COMMANDS, first) && rest.includes('--json');
  try {
    if (first === undefined) {
      host.err((await texts()).overview());
      return new Failure('usage', '').code;
    }
    if (first === COMPLETE) return await complete(rest, host);
    if (MADE.includes(first)) return await make(first, host);
    const alone = await answerAlone(first, rest, host);
    if (alone) return 0;
    const command = await load(first);
    json = wantsJson(command, rest);
    return await runCommand(command, rest, host);
  } catch (error) {
    const failure = error instanceof Failure ? error : unexpected(error);
    host.err(json ? failure.json() : failure.text());
    return failure.code;
  }
}

async function runCommand(command: Command, words: readonly string[], host: Host): Promise<number> {
  const { input, json, help } = parse(command, words);
  if (help) {
    host.out((await texts()).helpOf(command));
    return 0;
  }
  const context = openContext(host, json);
  try {
    return await command.run(context, input);
  } finally {
    context.close();
  }
}

/** `--help`, `--version` and `help`. @returns false: it is none of these @throws Failure */
async function answerAlone(first: string, rest: readonly string[], host: Host): Promise<boolean> {
  const [name, ...more] = rest;
  if (first === 'help') {
    const { overview, helpOf } = await texts();
    if (name === undefined) host.out(overview());
    else if (more[0] === undefined)
      host.out(name === '--help' || name === '-h' ? overview() : helpOf(await load(name)));
    else throw new Failure('usage', `help does not take ${JSON.stringify(more[0])}`, 'globus-token --help');
    return true;
  }
  const isHelp = first === '--help' || first === '-h';
  if (!isHelp && first !== '--version' && first !== '-V') return false;
  if (name !== undefined) {
    throw new Failure('usage', `${first} does not take ${JSON.stringify(name)}`, 'globus-token --help');
  }
  host.out(isHelp ? (await texts()).overview() : `${host.version}\n`);
  return true;
}

/** What explains; what does something goes without. */
const texts = () => import('./help.ts');

async function load(name: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry !== undefined) return (await entry.load()).command;
  if (name.startsWith('-')) {
    throw new Failure('usage', `unknown option ${JSON.stringify(name)}`, 'globus-token --help');
  }
  const near = nearest(name, Object.keys(COMMANDS));
  throw new Failure(
    'usage',
    `unknown command ${JSON.stringify(name)}`,
    near === null ? 'globus-token --help' : `did you mean globus-token ${near}?`,
  );
}

/** A completion never starts an agent, asks nobody and says nothing of what goes wrong. */
async function complete(words: readonly string[], host: Host): Promise<number> {
  const { answerCompletion } = await import('./completion/answer.ts');
  const client = new BrokerClient({ ...host, start: () => Promise.resolve(false) });
  host.out(await answerCompletion(words[0] === '--' ? words.slice(1) : words, client, host.home));
  return 0;
}

async function make(what: string, host: Host): Promise<number> {
  if (what === '__launcher') {
    const { launcherTables } = await import('./reference/launcher.ts');
    host.out(launcherTables());
    return 0;
  }
  const { cliDocument, manual } = await import('./reference/document.ts');
  if (what === '__manual') host.out(await manual(host.version));
  else host.out(await cliDocument((await import('node:fs')).readFileSync(0, 'utf8')));
  return 0;
}

/** A mistake of ours. Its message may quote what it failed on, so its kind alone is shown. */
function unexpected(error: unknown): Failure {
  const kind = error instanceof Error ? error.name : 'Error';
  return new Failure('failed', `Something went wrong that should not have (${kind}).`, 'globus-token doctor');
}
