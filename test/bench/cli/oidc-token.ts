import { dirname, join } from 'node:path';
import type { CliRig } from '../../support/cli-rig.ts';
import { startOidcAgent } from '../broker/oidc-agent.ts';
import { buildPrograms, startProgram } from '../broker/processes.ts';
import { alternate, measurement, median, type Measurement } from '../statistics.ts';
import { type Loop, timed } from './timed.ts';

const PAIRS = 15;
const RUNS = 60;
/** Pairs before V8 has compiled what answers: what an agent is that has just started. */
const YOUNG = 5;
/** Calls after which it has: as many as one busy script makes. */
const WARM = 4_000;

/**
 * The real `oidc-token` on our socket and on oidc-agent's own, both warm: an agent is there all day, and what asks it
 * thousands of times is what its speed is about. Beside them on a bare Node server, which is what of the ratio comes of
 * Node alone, and on the agent that was cold.
 *
 * @throws Error where oidc-agent is not installed
 */
export async function measureOidcToken(
  rig: CliRig,
  loop: Loop,
  budget: number,
  log: (line: string) => void,
): Promise<Measurement> {
  const other = await startOidcAgent(rig.folder);
  if (other === null) throw new Error('oidc-agent is not installed');
  const root = join(import.meta.dirname, '../../..');
  const programs = await buildPrograms(root, [join(import.meta.dirname, 'bare-oidc.ts')]);
  const bareSocket = join(rig.folder, 'bare.sock');
  const bare = await startProgram(join(programs.folder, 'bare-oidc.mjs'), [bareSocket]);
  const at = (socket: string, ...words: string[]) => {
    const there = { ...loop, env: { ...loop.env, OIDC_SOCK: socket } };
    return (runs = RUNS) => timed(there, runs, ['oidc-token', ...words]);
  };
  try {
    const ours = at(join(dirname(rig.socket), 'oidc.sock'), 'ada@uni.example', '-s', 'view_flows');
    const onBare = at(bareSocket, 'ada@uni.example', '-s', 'view_flows');
    const floor = at(other.socket, 'bench');
    await alternate(1, ours, floor);
    const young = await alternate(YOUNG, ours, floor);
    await ours(WARM);
    await onBare(WARM);
    const least: number[] = [];
    const pairs = await alternate(PAIRS, ours, async () => {
      least.push(await onBare());
      return floor();
    });
    log('cli.oidc_token measured');
    const beside = [
      { name: 'bare Node', value: hundredths(median(least)) },
      { name: 'cold', value: hundredths(median(young.map((pair) => pair.ours))) },
    ];
    return { ...measurement(pairs, { unit: 'ms', budget }), beside };
  } finally {
    await bare.end();
    await programs.remove();
    other.close();
  }
}

function hundredths(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
