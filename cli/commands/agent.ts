import { homedir } from 'node:os';
import { agentSocketPath } from '../../main/host/agent-socket.ts';
import { both, told } from '../agent/refusals.ts';
import { Failure } from '../failure.ts';
import { json } from '../output.ts';
import type { Command, Context, Input } from '../types.ts';

/** What is to be done instead of running an agent here; at most one of them. */
const ACTIONS = ['detach', 'stop', 'on-demand', 'no-on-demand', 'unit', 'install', 'uninstall'] as const;
type Action = (typeof ACTIONS)[number];
/** What the agent itself takes. */
const AGENT_OPTIONS = ['data-folder', 'lock-after', 'oidc-agent', 'demo'] as const;

export const command: Command = {
  name: 'agent',
  summary: 'run the agent without a window',
  arguments: [],
  options: {
    detach: { type: 'boolean', help: 'start it in the background, and wait until it answers' },
    stop: { type: 'boolean', help: 'end it, and wait until it has ended' },
    'on-demand': { type: 'boolean', help: 'let every command that finds no agent start one' },
    'no-on-demand': { type: 'boolean', help: 'the opposite, which is so unless you say otherwise' },
    unit: {
      type: 'string',
      value: '<manager>',
      choices: ['systemd', 'launchd'],
      help: 'print the files for a service manager: systemd or launchd',
    },
    install: { type: 'boolean', help: 'write these files for your own user' },
    uninstall: { type: 'boolean', help: 'remove them' },
    'lock-after': {
      type: 'string',
      value: '<duration>',
      help: 'lock that long after the start and after every unlock: 30m, 8h',
    },
    'data-folder': {
      type: 'string',
      value: '<path>',
      completes: 'file',
      help: 'settings, rules and logs; the app’s own folder unless given',
    },
    'oidc-agent': { type: 'boolean', help: 'answer clients of oidc-agent too (oidc-token, OIDC_SOCK)' },
    demo: {
      type: 'string',
      value: '<auth>,<flows>[,<client id>]',
      help: 'speak to a fake Globus on these loopback ports',
    },
  },
  details: [
    'The agent of the tray app for servers and SSH sessions: the same socket, sign-ins and rules. It runs here until ' +
      'Ctrl-C; with --detach, --install or --on-demand it runs in the background.',
    '--install has systemd (on macOS launchd) start it, on Linux with the first script that asks, and prints the one ' +
      'command that puts it into effect.',
    'With the app running there is nothing to start: a second agent names the first and ends.',
  ],
  examples: [
    ['globus-token agent', 'run one here and see what it says'],
    ['globus-token agent --detach --lock-after 8h', 'one for the day, in the background'],
    ['globus-token agent --install', 'have systemd or launchd start it'],
    ['globus-token agent --stop', 'end it; sign-ins are kept'],
  ],
  exits: ['no-agent', 'busy'],
  async run(context, input) {
    const [action, ...more] = ACTIONS.filter((name) => input.options[name] !== undefined);
    if (action !== undefined && more[0] !== undefined) throw both(action, more[0]);
    if (action !== undefined) return act(action, context, input);
    const { becomeAgent } = await import('../agent/foreground.ts');
    return becomeAgent(context.dist, agentWords(input));
  },
};

async function act(action: Action, context: Context, input: Input): Promise<number> {
  switch (action) {
    case 'detach':
      return detach(context, input);
    case 'stop':
      withoutAgentOptions(input, action);
      return stop(context);
    case 'on-demand':
    case 'no-on-demand':
      withoutAgentOptions(input, action);
      return onDemand(context, action === 'on-demand');
    case 'uninstall':
      withoutAgentOptions(input, action);
      break;
    case 'unit':
    case 'install':
      // A unit for a fake Globus would outlive it.
      if (input.options['demo'] !== undefined) throw both(action, 'demo');
  }
  const { units } = await import('../agent/units.ts');
  const manager = input.options['unit'];
  const wanted = manager === 'systemd' || manager === 'launchd' ? manager : null;
  return units(context, action, wanted, agentWords(input));
}

/** The agent’s options as it takes them; a value that starts with a hyphen stays one. */
function agentWords({ options }: Input): string[] {
  return AGENT_OPTIONS.flatMap((name) => {
    const value = options[name];
    if (value === true) return [`--${name}`];
    return typeof value === 'string' ? [`--${name}=${value}`] : [];
  });
}

/** @throws Failure `usage` for options of an agent that is not started here */
function withoutAgentOptions(input: Input, action: Action): void {
  const given = AGENT_OPTIONS.find((name) => input.options[name] !== undefined);
  if (given !== undefined) throw both(action, given);
}

async function detach(context: Context, input: Input): Promise<number> {
  const [{ startAgent }, { whoAnswers }] = await Promise.all([
    import('../agent/start.ts'),
    import('../agent/status.ts'),
  ]);
  const { dist, env, platform } = context;
  const socket =
    input.options['demo'] === undefined
      ? context.client.path
      : agentSocketPath(env, process.getuid?.() ?? null, platform, true);
  const before = await whoAnswers(socket);
  if (before === null) await startAgent({ dist, env, socket, args: agentWords(input) });
  const answering = before ?? (await whoAnswers(socket));
  if (answering === null) {
    throw new Failure('no-agent', `The agent at ${socket} has ended again.`, 'See why: globus-token agent');
  }
  const { pid, kind } = answering;
  if (context.json) context.out(json({ pid, kind, socket, started: before === null }));
  else if (before === null) context.err(`An agent (pid ${pid}) answers at ${socket}.\n`);
  else context.err(`${NAMES[kind]} (pid ${pid}) answers at ${socket} already; nothing was started.\n`);
  return 0;
}

const NAMES = { desktop: 'The app', headless: 'An agent' } as const;

async function stop(context: Context): Promise<number> {
  const { stopAgent } = await import('../agent/stop.ts');
  const { pid, socketStays } = await stopAgent(context.client.path);
  if (context.json) {
    context.out(json({ stopped: pid, socketStays }));
    return 0;
  }
  context.err(`The agent (pid ${pid}) has ended. Sign-ins are kept where they were.\n`);
  if (socketStays) context.err(STARTED_AGAIN);
  return 0;
}

const STARTED_AGAIN =
  'systemd starts another for the next command. To have none: systemctl --user stop globus-token-agent.socket\n';

async function onDemand(context: Context, allowed: boolean): Promise<number> {
  const { allowStart } = await import('../agent/on-demand.ts');
  const { env, platform } = context;
  const file = told(() => allowStart(allowed, { env, platform, home: homedir() }));
  if (context.json) context.out(json({ startAgent: allowed, file }));
  else if (allowed) context.err(`A command that finds no agent starts one from now on (${file}).\n`);
  else context.err(`No command starts an agent by itself any more (${file}).\n`);
  return 0;
}
