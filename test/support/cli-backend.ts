import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerClient } from '../../cli/client.ts';
import { Failure } from '../../cli/failure.ts';
import { ensurePrivateFolder } from '../../main/host/private-folder.ts';
import { defaultSettings } from '../../main/settings/defaults.ts';
import { DEMO_CLIENT_ID } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { approveInProcess, type VisitorOptions } from '../sandbox/visitor.ts';
import { type HeadlessAgent, startHeadless } from './headless.ts';

export interface CliBackend extends HeadlessAgent {
  /** Signs somebody in with every kept scope, by the page that shows a code. */
  signIn(visitor?: VisitorOptions): Promise<void>;
}

export interface CliBackendParts {
  readonly sandbox: Sandbox;
  readonly socket: string;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of the agent. */
  readonly args?: readonly string[];
  /** This process’s own when absent. */
  readonly node?: string;
}

/** The built agent without a window on the sandbox, with sign-ins in memory, in an environment of its own. */
export async function startBackend(parts: CliBackendParts): Promise<CliBackend> {
  const { sandbox, socket, dataFolder, env, args = [], node } = parts;
  await keepInMemory(dataFolder);
  const demo = `--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`;
  const agent = startHeadless({ ...env }, [demo, ...args], node);
  await agent.listens;
  const client = new BrokerClient({
    env: { GLOBUS_TOKEN_SOCK: socket },
    uid: null,
    platform: process.platform,
    start: () => Promise.resolve(false),
    patienceMs: 30_000,
  });
  return {
    ...agent,
    async signIn(visitor) {
      const body = { way: 'paste' };
      const { link } = (await client.ask({ method: 'POST', path: '/v1/login', body })) as { link: string };
      const code = await approveInProcess(link, visitor);
      const over = await client.ask({ method: 'POST', path: '/v1/login/code', body: { code } });
      const { phase, problem } = over as { phase: string; problem: unknown };
      if (phase !== 'done')
        throw new Failure('failed', `the sandbox let nobody in: ${JSON.stringify(problem)}`);
    },
  };
}

/** Settings with which an agent that starts in this folder keeps sign-ins in memory. */
export async function keepInMemory(dataFolder: string): Promise<void> {
  ensurePrivateFolder(dataFolder);
  const settings = { ...defaultSettings(), vaultBackend: 'memory' as const };
  await writeFile(join(dataFolder, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
}
