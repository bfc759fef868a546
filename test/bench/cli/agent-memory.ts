import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliRig } from '../../support/cli-rig.ts';
import { treeMemory } from '../memory.ts';
import { measurement, type Measurement } from '../statistics.ts';

const SAMPLES = 5;
/** Two seconds after a change the agent gives back what it left behind. Milliseconds. */
const REST_MS = 3_000;
const APART_MS = 500;

/** The least that answers on a socket in Node. */
const BARE = `require('node:http').createServer((request, response) => response.end('{}'))
  .listen(process.argv[1], () => console.log('listens'));`;

/**
 * An agent that has signed somebody in, has answered and rests, beside a bare Node HTTP server that has answered.
 *
 * Each runs under a copy of Node of its own: of one program, all its processes share the pages, and what a process
 * costs would depend on how many others the bench runs.
 */
export async function measureAgentMemory(budget: number, log: (line: string) => void): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'memory-'));
  const [node, bareNode] = [join(folder, 'node'), join(folder, 'bare-node')];
  await Promise.all([copyFile(process.execPath, node), copyFile(process.execPath, bareNode)]);
  const rig = await cliRig({ node });
  const path = join(folder, 'bare.sock');
  const bare = spawn(bareNode, ['-e', BARE, path], { env: rig.env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(bare.stdout, 'data');
    await answered(path);
    await rig.run(['get', 'view_flows'], { launcher: true });
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const pairs = [];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await new Promise((resolve) => setTimeout(resolve, APART_MS));
      pairs.push({ ours: await treeMemory(rig.agent.pid), floor: await treeMemory(bare.pid ?? 0) });
    }
    log('agent.pss measured');
    return measurement(pairs, { unit: 'MiB', budget });
  } finally {
    bare.kill('SIGKILL');
    await rig.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function answered(socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/', agent: false }, (answer) => {
      answer.resume().once('end', resolve);
    });
    asked.once('error', reject).end();
  });
}
