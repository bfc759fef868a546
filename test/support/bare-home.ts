import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LAUNCHER, NODE_CLI, type Ran } from './cli-rig.ts';
import { until } from './processes.ts';

export interface BareHome {
  readonly folder: string;
  readonly home: string;
  /** Where this machine’s agent answers. */
  readonly socket: string;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The built CLI without a terminal; `launcher` runs the shell’s. */
  run(words: readonly string[], more?: Readonly<Record<string, string>>, launcher?: boolean): Promise<Ran>;
  /** Process ID of the agent, which the test’s end ends. */
  pid(): Promise<number>;
  end(): Promise<void>;
}

/** A home and a runtime folder where no agent has ever been. */
export async function bareHome(): Promise<BareHome> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-'));
  const home = join(folder, 'home');
  const runtime = join(folder, 'run');
  await mkdir(home, { mode: 0o700 });
  await mkdir(runtime, { mode: 0o700 });
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    LC_ALL: 'C.UTF-8',
  };
  const dataFolder = join(home, '.config', 'globus-token-tray');
  const lock = join(dataFolder, 'locks', 'agent.lock');
  const holder = async () => {
    const text = await readFile(lock, 'utf8').catch(() => '');
    const pid = Number(/"pid":\s*(\d+)/.exec(text)?.[1]);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  };
  return {
    ...{ folder, home, env, dataFolder },
    socket: join(runtime, 'globus-token', 'broker.sock'),
    async run(words, more = {}, launcher = false) {
      const command = launcher ? [LAUNCHER] : [process.execPath, NODE_CLI];
      return ranDetached([...command, ...words], { ...env, ...more });
    },
    pid: () => until('an agent with the lock', holder),
    async end() {
      const pid = await holder();
      if (pid !== undefined && (await isAgent(pid))) {
        process.kill(pid, 'SIGKILL');
        await until('the end of the agent', async () => !(await isAgent(pid)) || undefined);
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** In a session of its own, so that /dev/tty cannot be opened. Resolves with the process, whoever holds its pipes. */
async function ranDetached(
  [program = '', ...args]: readonly string[],
  env: Record<string, string>,
): Promise<Ran> {
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code: code ?? signal ?? '', stdout, stderr, screen: '' };
}

async function isAgent(pid: number): Promise<boolean> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return words.includes('globus-token');
}
