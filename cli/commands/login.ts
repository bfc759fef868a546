import { hostname } from 'node:os';
import { Failure } from '../failure.ts';
import { giveUp, type LoginWish } from '../login/attempt.ts';
import { byBrowser } from '../login/browser.ts';
import { ensureClientId } from '../login/client-id.ts';
import { interruptible } from '../login/interrupt.ts';
import { openInBrowser } from '../login/opener.ts';
import { byPaste, type CodeSource } from '../login/paste.ts';
import { report } from '../login/report.ts';
import { offerStarterPolicy } from '../login/starter-policy.ts';
import { ensureVault } from '../login/vault.ts';
import { overSsh, wayOf } from '../login/way.ts';
import { record, texts } from '../output.ts';
import { lineFromDescriptor, openDescriptor } from '../passphrase/read.ts';
import type { Command, Context, Input, Person } from '../types.ts';

const CODE_FD = '--code-fd';

export const command: Command = {
  name: 'login',
  summary: 'sign in, and allow what the scopes say',
  arguments: [
    {
      name: 'scope',
      help: 'sign in for these; without one, for all that are kept',
      required: false,
      rest: true,
      completes: 'scope',
    },
  ],
  options: {
    'no-browser': { type: 'boolean', help: 'print a link for any device, and ask for the code it leads to' },
    browser: { type: 'boolean', help: 'use a browser that can call this machine, also over SSH' },
    'client-id': {
      type: 'string',
      value: '<uuid>',
      help: 'use this client ID from now on',
      completes: 'none',
    },
    account: {
      type: 'string',
      value: '<name>',
      help: 'who is to sign in; new: anybody, beside those who are signed in',
      completes: 'account',
    },
    isolate: { type: 'boolean', help: 'give each of these scopes a token that can do nothing else' },
    'code-fd': {
      type: 'string',
      value: '<n>',
      help: 'print the link on stderr and read the code from this open descriptor',
      completes: 'none',
    },
  },
  details: [
    'Opens the sign-in page of Globus in a browser. Over SSH, or without a screen, it prints a link for any ' +
      'device instead and asks for the code that the page shows there. The refresh token goes into the vault of ' +
      'the agent; this program never sees one.',
    'The first time it asks for a client ID, and where there is no keychain, where to keep sign-ins. An agent ' +
      'without a window offers a first policy file afterwards.',
    'It needs a person at a terminal. A script whose person is elsewhere gives --code-fd.',
  ],
  examples: [
    ['globus-token login', 'for every scope that is kept'],
    ['globus-token login view_flows run_status', 'for these two'],
    ['globus-token login --no-browser', 'on a server: a link for any device, a code back'],
    ['globus-token login --browser', 'over SSH with a forwarded port; it says which'],
  ],
  exits: [
    ...(['no-agent', 'locked', 'denied', 'needs-sign-in', 'network', 'no-keychain', 'no-keyring'] as const),
    ...(['keychain-locked', 'keychain-slow', 'keychain-denied', 'wrong-passphrase'] as const),
    ...(['vault-truncated', 'vault-damaged', 'vault-swapped', 'not-kept', 'not-set-up'] as const),
    ...(['needs-terminal', 'busy'] as const),
  ],
  async run(context, { positionals, options }) {
    const way = wayOf(context, options);
    const fd = option(options, 'code-fd');
    const codeFd = fd === null ? null : openDescriptor(CODE_FD, fd);
    const person = context.person();
    let status = record(await context.client.ask({ method: 'GET', path: '/v1/status' }));
    status = await ensureClientId(context, status, option(options, 'client-id'), person);
    status = await ensureVault(context, status, person);
    if (person === null && codeFd === null) throw NEEDS_TERMINAL();
    const wish = {
      scopes: positionals,
      way,
      account: option(options, 'account'),
      isolate: options['isolate'] === true,
    };
    const before = texts(status, 'accounts');
    const isDesktop = status['kind'] === 'desktop';
    await interruptible(
      (signal) => signIn(context, wish, { person, codeFd, isDesktop }, signal),
      () => giveUp(context.client),
    );
    await report(context, before);
    if (!isDesktop && before.length === 0) await offerStarterPolicy(context, person);
    return 0;
  },
};

interface Around {
  readonly person: Person | null;
  readonly codeFd: number | null;
  readonly isDesktop: boolean;
}

async function signIn(
  context: Context,
  wish: LoginWish,
  { person, codeFd, isDesktop }: Around,
  signal: AbortSignal,
): Promise<void> {
  const { client, env, platform } = context;
  const say = (text: string) => (person === null || codeFd !== null ? context.err(text) : person.say(text));
  const mayGiveUp = () => giveUpAnother(person);
  if (wish.way === 'paste') {
    return byPaste(client, wish, { say, mayGiveUp, ...codeSource(person, codeFd) }, signal);
  }
  await byBrowser(
    {
      ...{ client, say, mayGiveUp, opensItself: isDesktop, overSsh: overSsh(env), host: hostname() },
      open: (link) => openInBrowser(link, platform, env),
    },
    wish,
    signal,
  );
}

function codeSource(person: Person | null, codeFd: number | null): Pick<CodeSource, 'next' | 'tries'> {
  if (codeFd !== null) {
    return { next: () => lineFromDescriptor(CODE_FD, codeFd, 'the code'), tries: 1 };
  }
  return { next: () => person?.ask('Code: ') ?? Promise.resolve(null), tries: 3 };
}

async function giveUpAnother(person: Person | null): Promise<boolean> {
  const typed = await person?.askAfresh('Another sign-in is under way. Give that one up? [y/N] ');
  return /^y(?:es)?$/i.test(typed?.trim() ?? '');
}

function option(options: Input['options'], name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

const NEEDS_TERMINAL = () =>
  new Failure(
    'needs-terminal',
    'A person has to sign in, and there is no terminal here to ask one. Your tokens are as they were.',
    'Run globus-token login in a terminal, or give --code-fd <n>',
    'needs-terminal',
  );
