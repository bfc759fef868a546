import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliRig, LAUNCHER, type CliRig } from '../support/cli-rig.ts';
import { writePolicy } from '../support/headless.ts';
import { ALL_SCOPES } from '../support/sandbox-agent.ts';
import { measureAgentMemory } from './cli/agent-memory.ts';
import { measureOidcToken } from './cli/oidc-token.ts';
import { type Loop, timed } from './cli/timed.ts';
import { alternate, measurement, type Measurement } from './statistics.ts';

export const BUDGETS = {
  'cli.get': 1.5,
  'cli.node': 1.7,
  'cli.oidc_token': 1.3,
  'agent.pss': 1.6,
} as const;

const PAIRS = 9;
const RUNS = 15;

/** What runs its arguments over and over: the policy's rule is about this script, as it would be about a user's. */
const LOOP = `#!/bin/sh
n=$1
shift
while [ "$n" -gt 0 ]; do
  "$@" >/dev/null || exit 1
  n=$((n - 1))
done
`;

/**
 * What people and scripts wait for at every call: whole programs, started from a shell, on a warm agent. The
 * floor is the least that a program of this kind does: a bare curl on the same socket, a Node that does nothing,
 * the same client on its own agent.
 */
export async function measureCli(log: (line: string) => void): Promise<Record<string, Measurement>> {
  const rig = await cliRig({ policy: 'none', agentArgs: ['--oidc-agent'] });
  try {
    const loop = await writeLoop(rig);
    return {
      'cli.get': await get(rig, loop, log),
      'cli.node': await node(loop, log),
      'cli.oidc_token': await measureOidcToken(rig, loop, BUDGETS['cli.oidc_token'], log),
      'agent.pss': await measureAgentMemory(BUDGETS['agent.pss'], log),
    };
  } finally {
    await rig.end();
  }
}

async function writeLoop(rig: CliRig): Promise<Loop> {
  const script = join(rig.folder, 'loop.sh');
  await writeFile(script, LOOP);
  await chmod(script, 0o755);
  const rule = { program: '/bin/sh', script, account: 'ada@uni.example' };
  await writePolicy(
    join(rig.dataFolder, 'policy.json'),
    ALL_SCOPES.map((scope) => ({ ...rule, scope })),
  );
  return { script, env: { ...rig.env } };
}

async function get(rig: CliRig, loop: Loop, log: (line: string) => void): Promise<Measurement> {
  const url = 'http://localhost/v1/token?scope=view_flows';
  const curl = [
    'curl',
    '-q',
    '--noproxy',
    '*',
    '-fsS',
    '-H',
    'Accept: text/plain',
    '--unix-socket',
    rig.socket,
    url,
  ];
  const ours = () => timed(loop, RUNS, [LAUNCHER, 'get', 'view_flows']);
  const floor = () => timed(loop, RUNS, curl);
  await alternate(1, ours, floor);
  const pairs = await alternate(PAIRS, ours, floor);
  log('cli.get measured');
  return measurement(pairs, { unit: 'ms', budget: BUDGETS['cli.get'] });
}

/** It runs curl to see which one there is, so it is told beside the others and not judged. */
const DOCTOR = ['doctor', '--offline'];
/** What asks this machine alone. Each counts: the slowest is what is judged. */
const LOCAL: readonly (readonly string[])[] = [
  ['status'],
  ['scopes'],
  ['flows'],
  ['audit'],
  ['approvals', '--list'],
  ['snippet', 'view_flows'],
  ['check', 'view_flows', '--for', '1h'],
  ['import'],
  ['help'],
  ['--version'],
  ['completion', 'bash'],
  ['__complete', 'bash', '1', 'globus-token', 'st'],
];
const LOCAL_PAIRS = 7;
const LOCAL_RUNS = 6;

async function node(loop: Loop, log: (line: string) => void): Promise<Measurement> {
  const floor = () => timed(loop, LOCAL_RUNS, [process.execPath, '-e', '0']);
  const measure = async (words: readonly string[]): Promise<Measurement> => {
    const ours = () => timed(loop, LOCAL_RUNS, [LAUNCHER, ...words]);
    await alternate(1, ours, floor);
    const pairs = await alternate(LOCAL_PAIRS, ours, floor);
    const one = measurement(pairs, { unit: 'ms', budget: BUDGETS['cli.node'] });
    log(`cli.node: ${words.join(' ')} ${one.ratio}`);
    return { ...one, beside: [{ name: words.join(' '), value: one.value }] };
  };
  const found: Measurement[] = [];
  for (const words of LOCAL) found.push(await measure(words));
  const slowest = found.reduce((worst, one) => (one.ratio > worst.ratio ? one : worst));
  const { beside: doctor = [] } = await measure(DOCTOR);
  return { ...slowest, beside: [...(slowest.beside ?? []), ...doctor] };
}
