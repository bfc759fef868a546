import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CliRig } from '../../support/cli-rig.ts';
import { treeMemory } from '../memory.ts';
import { measurement, type Measurement } from '../statistics.ts';

const SAMPLES = 5;
const APART_MS = 1_000;

/** The least that answers on a socket in Node. */
const BARE = `require('node:http').createServer((request, response) => response.end('{}')).listen(process.argv[1]);`;

/** An agent at rest, signed in, that has answered, beside a bare Node HTTP server that has answered. */
export async function measureAgentMemory(
  rig: CliRig,
  budget: number,
  log: (line: string) => void,
): Promise<Measurement> {
  const path = join(rig.folder, 'bare.sock');
  const bare = spawn(process.execPath, ['-e', BARE, path], { env: rig.env, stdio: 'ignore' });
  try {
    await once(bare, 'spawn');
    const pairs = [];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      // At rest: a server that nobody asks gives memory back in steps.
      await new Promise((resolve) => setTimeout(resolve, APART_MS));
      pairs.push({ ours: await treeMemory(rig.agent.pid), floor: await treeMemory(bare.pid ?? 0) });
    }
    log('agent.pss measured');
    return measurement(pairs, { unit: 'MiB', budget });
  } finally {
    bare.kill('SIGKILL');
  }
}
