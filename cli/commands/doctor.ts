import { homedir } from 'node:os';
import { BrokerClient } from '../client.ts';
import { CHECKS } from '../doctor/checks.ts';
import { containerOf } from '../doctor/container.ts';
import { globusHosts } from '../doctor/network.ts';
import { doctorParts } from '../doctor/parts.ts';
import { examine, type Report, verdict } from '../doctor/run.ts';
import { exitCode } from '../exit-codes.ts';
import { json } from '../output.ts';
import { clean } from '../text.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'doctor',
  summary: 'check this installation, and say what to do',
  arguments: [],
  options: { offline: { type: 'boolean', help: 'leave out what needs the network' } },
  details: [
    'Looks at the programs, the environment, the socket, the agent, where sign-ins are kept, who is signed in, ' +
      'the network, the clock, file modes and autostart. It changes nothing, starts nothing and asks nobody; no ' +
      'token leaves.',
    'What failed first decides the exit code. With a proxy in HTTPS_PROXY the network is tried through it.',
  ],
  examples: [
    ['globus-token doctor', 'everything, one line each'],
    ['globus-token doctor --json | jq ".[] | select(.state == \\"fail\\")"', 'what failed, for a program'],
  ],
  exits: [
    ...(['no-agent', 'locked', 'needs-sign-in', 'network', 'no-keychain', 'no-keyring'] as const),
    ...(['keychain-locked', 'keychain-slow', 'keychain-denied', 'vault-damaged', 'not-set-up'] as const),
    ...(['no-node', 'busy'] as const),
  ],
  async run(context, { options }) {
    const { env, platform, version } = context;
    const uid = process.getuid?.() ?? null;
    const parts = doctorParts({
      ...{ env, platform, uid, version, home: homedir(), node: process.versions.node },
      container: platform === 'linux' ? containerOf(env) : null,
      client: new BrokerClient({ env, uid, platform, start: () => Promise.resolve(false) }),
      now: () => context.now(),
      offline: options['offline'] === true,
      hosts: globusHosts,
    });
    const reports = await examine(CHECKS, parts);
    context.out(context.json ? json(reports.map(forPrograms)) : reportText(reports));
    return exitCode(verdict(reports));
  },
};

/** The codes that stdout's reader needs not look up. */
function forPrograms({ check, state, says, next, exit }: Report): object {
  return { check, state, detail: says, next, exit: exit === null ? null : exitCode(exit) };
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', skipped: '-   ' } as const;

function reportText(reports: readonly Report[]): string {
  const width = Math.max(...reports.map(({ check }) => check.length));
  return reports
    .map(({ check, state, says, next }) => {
      const line = `${MARKS[state]}  ${check.padEnd(width)}  ${clean(says)}\n`;
      return next === null ? line : `${line}${' '.repeat(width + 8)}→ ${clean(next)}\n`;
    })
    .join('');
}
