import { durationText } from '../duration.ts';
import { Failure } from '../failure.ts';
import type { Forward } from '../forward/run.ts';
import { json, number, records, table, text, texts } from '../output.ts';
import { clean } from '../text.ts';
import type { Command, Context, Input } from '../types.ts';
import { durationOption } from '../wait.ts';

const USUAL = '8h';
/** As the agent takes it; never an option of ssh, on neither side of the @. */
const HOST = /^(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?[A-Za-z0-9._][A-Za-z0-9._-]*$/;

export const command: Command = {
  name: 'forward',
  summary: 'give programs on another machine tokens of some scopes, over ssh',
  arguments: [
    { name: 'host', help: 'the machine, as ssh takes it', required: false, completes: 'host' },
    {
      name: 'command',
      help: 'what to run there, after --; without one, a login shell',
      required: false,
      rest: true,
      completes: 'none',
    },
  ],
  options: {
    scope: {
      type: 'string',
      value: '<scope>',
      help: 'a scope that may be asked for there; at least one',
      completes: 'scope',
      multiple: true,
    },
    for: {
      type: 'string',
      value: '<duration>',
      help: `until when: 30m, 8h, 7d at most; ${USUAL} when absent`,
      completes: 'none',
    },
    'no-shell': {
      type: 'boolean',
      short: 'N',
      help: 'run nothing there; print the line that sets the socket',
    },
    'ssh-option': {
      type: 'string',
      short: 'o',
      value: '<option>',
      help: 'for ssh: -o Port=2222, -o ProxyJump=gate',
      completes: 'none',
      multiple: true,
    },
    list: { type: 'boolean', help: 'list the sockets made for other machines' },
    close: { type: 'string', value: '<id>', help: 'close one of them', completes: 'none' },
  },
  details: [
    'The agent makes a socket for these scopes and this time, and ssh forwards it. Over there GLOBUS_TOKEN_SOCK ' +
      'names its other end: globus-token get works as at home, and so does curl --unix-socket. No sign-in leaves ' +
      'this machine. Each request is asked about here, with the machine’s name; “always” rules never count for it.',
    'Whoever is you or root on that machine can ask too, and gets what you approve. The token then is on that ' +
      'machine until it ends.',
    'It ends with the ssh session, at the end of its time, with globus-token forward --close, or with the agent. ' +
      'Without a terminal it needs a command or -N, and ssh asks nothing (BatchMode).',
  ],
  examples: [
    ['globus-token forward --scope view_flows login.hpc.example', 'a shell there, for eight hours at most'],
    [
      'globus-token forward --scope run_status --for 1h login.hpc.example -- ./watch-runs',
      'run one program there; its exit code is ours',
    ],
    ['globus-token forward --scope view_flows -N login.hpc.example', 'for other sessions, tmux for example'],
    ['globus-token forward --list', 'what is open now, and until when'],
  ],
  exits: [...(['no-agent', 'locked', 'denied', 'not-kept', 'needs-terminal', 'busy'] as const)],
  async run(context, input) {
    const { options, positionals } = input;
    if (options['list'] === true) {
      alone(input, '--list');
      return list(context, await context.client.ask({ method: 'GET', path: '/v1/forwards' }));
    }
    if (typeof options['close'] === 'string') {
      alone(input, '--close');
      const query = { id: options['close'] };
      const left = await context.client.ask({ method: 'DELETE', path: '/v1/forwards', query });
      if (context.json) context.out(json(left));
      else context.err('Closed. Tokens that were handed out over it stay good until they end.\n');
      return 0;
    }
    const [host, ...words] = positionals;
    const wish = { ...wishOf(host, input), command: options['no-shell'] === true ? null : words };
    const batch = context.person() === null;
    if (wish.command === null && words.length > 0)
      throw usage('-N runs nothing there, so it takes no command');
    if (batch && wish.command?.length === 0) {
      throw new Failure(
        'needs-terminal',
        'There is no terminal for a shell on the other machine.',
        'Give a command after --, or -N',
      );
    }
    const { runForward } = await import('../forward/run.ts');
    if (!batch) {
      const { widerNote } = await import('../forward/wider.ts');
      context.err(await widerNote(context.client, wish.scopes));
    }
    return runForward(
      {
        ...{ client: context.client, env: context.env, batch },
        now: () => context.now(),
        ready: (forward) => say(context, forward, wish.command, batch),
        lost: ({ host }) => context.err(lostLine(host, wish.command?.length === 0)),
      },
      wish,
    );
  },
};

/** @throws Failure `usage` */
function wishOf(host: string | undefined, { options }: Input) {
  const scopes = strings(options['scope']);
  if (host === undefined) throw usage('forward needs <host>, --list or --close <id>');
  if (!HOST.test(host)) throw usage(`${JSON.stringify(host)} is not the name of a machine as ssh takes it`);
  if (scopes.length === 0) throw usage('forward needs --scope <scope>: what may be asked for over there');
  const given = options['for'];
  const seconds = durationOption('--for', typeof given === 'string' ? given : USUAL);
  if (seconds < 60 || seconds > 604_800) throw usage('--for takes one minute to seven days');
  return { host, scopes, seconds, sshOptions: strings(options['ssh-option']) };
}

function alone({ positionals, options }: Input, option: string): void {
  const others = Object.keys(options).filter((name) => name !== option.slice(2) && name !== 'json');
  if (positionals.length > 0 || others.length > 0) throw usage(`${option} stands alone`);
}

function say(context: Context, forward: Forward, wanted: readonly string[] | null, batch: boolean): void {
  if (wanted === null) {
    context.out(context.json ? json(forward) : `export GLOBUS_TOKEN_SOCK=${forward.remote}\n`);
  }
  if (batch && wanted !== null) return;
  const lasts = durationText(forward.until - context.now() / 1_000);
  const ends = wanted === null ? ' Ctrl-C ends it.' : '';
  context.err(
    `${clean(forward.host)} may ask for ${forward.scopes.map((scope) => clean(shortName(scope))).join(', ')} ` +
      `for ${lasts}. You are asked here.${ends}\n`,
  );
}

/** @param raw a shell runs over there, and has the terminal add no return to the end of a line */
function lostLine(host: string, raw: boolean): string {
  const line = `The socket for ${clean(host)} is gone: nothing is answered there any more. Start the forward again.`;
  return raw ? `\r\n${line}\r\n` : `${line}\n`;
}

function list(context: Context, answer: unknown): number {
  if (context.json) {
    context.out(json(answer));
    return 0;
  }
  const rows = records(answer).map((one) => [
    text(one, 'id'),
    text(one, 'host'),
    durationText((number(one, 'until') ?? 0) - context.now() / 1_000),
    texts(one, 'scopes').map(shortName).join(' '),
  ]);
  if (rows.length === 0) context.err('No socket is open for another machine.\n');
  else context.out(table(['ID', 'HOST', 'ENDS IN', 'SCOPES'], rows));
  return 0;
}

/** The last part of a scope’s path; dependent scopes in brackets stay out of it. */
function shortName(scope: string): string {
  return scope.replace(/\[.*$/s, '').replace(/^.*[/:]/s, '');
}

function strings(value: Input['options'][string]): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function usage(detail: string): Failure {
  return new Failure('usage', detail, 'globus-token forward --help');
}
