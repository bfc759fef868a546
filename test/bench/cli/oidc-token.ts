import { dirname, join } from 'node:path';
import type { CliRig } from '../../support/cli-rig.ts';
import { startOidcAgent } from '../broker/oidc-agent.ts';
import { alternate, measurement, type Measurement } from '../statistics.ts';
import { type Loop, timed } from './timed.ts';

const PAIRS = 15;
const RUNS = 60;

/**
 * The real `oidc-token` on our socket and on oidc-agent's own.
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
  try {
    const ourSocket = join(dirname(rig.socket), 'oidc.sock');
    const ours = () =>
      timed({ ...loop, env: { ...loop.env, OIDC_SOCK: ourSocket } }, RUNS, [
        'oidc-token',
        'ada@uni.example',
        '-s',
        'view_flows',
      ]);
    const floor = () =>
      timed({ ...loop, env: { ...loop.env, OIDC_SOCK: other.socket } }, RUNS, ['oidc-token', 'bench']);
    await alternate(1, ours, floor);
    const pairs = await alternate(PAIRS, ours, floor);
    log('cli.oidc_token measured');
    return measurement(pairs, { unit: 'ms', budget });
  } finally {
    other.close();
  }
}
