import { Failure } from '../failure.ts';
import { json, record, text } from '../output.ts';
import { askNewPassphrase, askPassphrase, checkedPassphrase } from '../passphrase/ask.ts';
import { lineFromCommand, lineFromDescriptor, openDescriptor } from '../passphrase/read.ts';
import type { Command, Context, Input } from '../types.ts';

const FD = '--passphrase-fd';

export const command: Command = {
  name: 'unlock',
  summary: 'unlock the agent, or choose where it keeps sign-ins',
  arguments: [],
  options: {
    'passphrase-fd': {
      type: 'string',
      value: '<n>',
      help: 'read the passphrase from this open descriptor: its first line',
      completes: 'none',
    },
    'passphrase-command': {
      type: 'string',
      value: '<command>',
      help: 'run this in a shell and take the first line that it prints',
      completes: 'none',
    },
    new: { type: 'boolean', help: 'keep sign-ins in a new file that a passphrase encrypts' },
    memory: { type: 'boolean', help: 'keep sign-ins in memory; they are gone when the agent ends' },
  },
  details: [
    'Where sign-ins are kept in a passphrase file, this asks for the passphrase at the terminal. With a keychain ' +
      'none is needed, but a person at a terminal is.',
    'A passphrase is never taken from an argument or from the environment, where other programs could read it. ' +
      'A wrong passphrase, a file that is cut short, a damaged one and one that was swapped for another each have ' +
      'an exit code of their own, and change nothing.',
  ],
  examples: [
    ['globus-token unlock', 'asks for the passphrase, without an echo'],
    ['globus-token unlock --new', 'on a server without a keychain: makes the passphrase file'],
    ['globus-token unlock --passphrase-fd 3 3<~/.secret/globus', 'from a file, in a script'],
    ['globus-token unlock --passphrase-command "pass show globus"', 'from another password store'],
  ],
  exits: [
    ...([
      'no-agent',
      'locked',
      'denied',
      'no-keychain',
      'no-keyring',
      'keychain-locked',
      'keychain-slow',
    ] as const),
    ...([
      'keychain-denied',
      'wrong-passphrase',
      'vault-truncated',
      'vault-damaged',
      'vault-swapped',
    ] as const),
    ...(['needs-terminal', 'busy'] as const),
  ],
  async run(context, { options }) {
    checkTogether(options);
    if (options['memory'] === true) {
      const answer = await context.client.ask({
        ...{ method: 'POST', path: '/v1/vault' },
        body: { backend: 'memory' },
      });
      return told(context, answer, 'Sign-ins are kept in memory now; they are gone when the agent ends.');
    }
    if (options['new'] === true) {
      const passphrase = await newPassphrase(context, options);
      const answer = await context.client.ask({
        ...{ method: 'POST', path: '/v1/vault' },
        body: { backend: 'passphrase', passphrase },
      });
      return told(context, answer, 'Made and unlocked. Sign-ins are kept in the passphrase file now.');
    }
    const status = record(await context.client.ask({ method: 'GET', path: '/v1/status' }));
    const passphrase = await knownPassphrase(context, options, text(status, 'backend'));
    const answer = await context.client.ask({
      ...{ method: 'POST', path: '/v1/unlock' },
      body: passphrase === null ? {} : { passphrase },
    });
    return told(context, answer, 'Unlocked.');
  },
};

function told(context: Context, answer: unknown, sentence: string): number {
  if (context.json) context.out(json(answer));
  else context.err(`${sentence}\n`);
  return 0;
}

function checkTogether(options: Input['options']): void {
  const given = ['passphrase-fd', 'passphrase-command'].filter((name) => options[name] !== undefined);
  const [first, second] = [...given, ...['memory'].filter((name) => options[name] === true)];
  if (first !== undefined && second !== undefined) {
    throw new Failure('usage', `--${first} and --${second} exclude each other`, 'globus-token unlock --help');
  }
  if (options['new'] === true && options['memory'] === true) {
    throw new Failure('usage', '--new and --memory exclude each other', 'globus-token unlock --help');
  }
}

async function newPassphrase(context: Context, options: Input['options']): Promise<string> {
  const given = await givenPassphrase(options);
  if (given !== null) return given;
  const person = context.person();
  if (person === null) throw NEEDS_TERMINAL();
  return askNewPassphrase(person);
}

/** @returns null: none is needed */
async function knownPassphrase(
  context: Context,
  options: Input['options'],
  backend: string,
): Promise<string | null> {
  if (backend !== 'passphrase') {
    if (options['passphrase-fd'] === undefined && options['passphrase-command'] === undefined) return null;
    throw new Failure(
      'usage',
      `Sign-ins are kept in ${backend === 'memory' ? 'memory' : 'the keychain'}, which takes no passphrase. Nothing was changed.`,
      'globus-token unlock',
    );
  }
  const given = await givenPassphrase(options);
  if (given !== null) return given;
  const person = context.person();
  if (person === null) throw NEEDS_TERMINAL();
  return askPassphrase(person);
}

async function givenPassphrase(options: Input['options']): Promise<string | null> {
  const { 'passphrase-fd': fd, 'passphrase-command': line } = options;
  if (typeof fd === 'string') {
    return checkedPassphrase(await lineFromDescriptor(FD, openDescriptor(FD, fd), 'the passphrase'));
  }
  return typeof line === 'string' ? checkedPassphrase(await lineFromCommand(line)) : null;
}

const NEEDS_TERMINAL = () =>
  new Failure(
    'needs-terminal',
    'A passphrase is needed, and there is no terminal to ask for it. Nothing was changed.',
    'Give it by --passphrase-fd or --passphrase-command, or run this in a terminal',
  );
