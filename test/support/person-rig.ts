import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { build } from '../../scripts/build.mjs';
import { BrokerClient } from '../../cli/client.ts';
import { record } from '../../cli/output.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { approveInProcess } from '../sandbox/visitor.ts';
import { DIST } from './dist.ts';
import { type HeadlessAgent, startHeadless } from './headless.ts';
import { until } from './processes.ts';
import { type OnTerminal, onTerminal, type Typed } from './pty.ts';

/** Of a sign-in page of the sandbox; a space or a line's end follows. */
const LINK = /http:\/\/127\.0\.0\.1:\d+\/v2\/oauth2\/authorize\?\S+(?=\s)/;
const CLI = join(DIST, 'cli', 'globus-token.js');

export interface Detached {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A new machine without a keychain: the built agent has just been started there, and nobody has signed in. */
export interface PersonRig {
  readonly env: Readonly<Record<string, string>>;
  readonly socket: string;
  readonly dataFolder: string;
  /** For the test's own files. */
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly agent: HeadlessAgent;
  /** From an interactive bash on a terminal. */
  person(
    words: readonly string[],
    typed?: readonly Typed[],
    env?: Readonly<Record<string, string>>,
  ): Promise<OnTerminal>;
  /** Without a terminal. `fd3` is what descriptor 3 gives; absent: it is not open. */
  detached(
    words: readonly string[],
    options?: { fd3?: string; env?: Readonly<Record<string, string>> },
  ): Promise<Detached>;
  /** The same, still running; `fd3: null` is open and written to by the caller. */
  spawned(words: readonly string[], options?: { fd3?: string | null }): ChildProcess;
  /** Ada signs in for every scope; the vault must be ready. */
  signIn(): Promise<void>;
  /** What the agent itself answers to a GET of a record. */
  answer(path: string): Promise<Readonly<Record<string, unknown>>>;
  /** Another agent in the same place. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export interface PersonRigOptions {
  /** The agent knows its client ID; true when absent. */
  isSetUp?: boolean;
}

/** Builds the bundles if something changed. */
export async function personRig({ isSetUp = true }: PersonRigOptions = {}): Promise<PersonRig> {
  await build({ only: ['cli', 'headless'] });
  const folder = await mkdtemp(join(tmpdir(), 'person-'));
  const [home, runtime] = [join(folder, 'home'), join(folder, 'run')];
  await Promise.all([home, runtime].map((path) => mkdir(path, { mode: 0o700 })));
  const sandbox = await startSandbox();
  const env = {
    PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    LC_ALL: 'C.UTF-8',
    GLOBUS_TOKEN_SOCK: join(runtime, 'globus-token-demo', 'broker.sock'),
  };
  const ports = [sandbox.auth.port, sandbox.flows.port];
  const start = async () => {
    const agent = startHeadless(env, [
      `--demo=${[...ports, ...(isSetUp ? [DEMO_CLIENT_ID] : [])].join(',')}`,
    ]);
    await agent.listens;
    return agent;
  };
  let agent = await start();
  const asker = new BrokerClient({ env, uid: null, platform: 'linux', start: () => Promise.resolve(false) });
  const spawned: PersonRig['spawned'] = (words, options = {}) => spawnDetached(words, { env, ...options });
  return {
    ...{ env, folder, sandbox, spawned },
    socket: env.GLOBUS_TOKEN_SOCK,
    dataFolder: join(home, '.config', 'globus-token-tray-demo'),
    get agent() {
      return agent;
    },
    person: (words, typed = [], more = {}) =>
      onTerminal([process.execPath, CLI, ...words], { ...env, ...more }, typed),
    async detached(words, options = {}) {
      const child = spawnDetached(words, { ...options, env: { ...env, ...options.env } });
      let [stdout, stderr] = ['', ''];
      child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
      child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      return { code: code ?? signal ?? '', stdout, stderr };
    },
    signIn: () => signIn(spawned(['login', '--code-fd', '3'], { fd3: null })),
    answer: async (path) => record(await asker.ask({ method: 'GET', path })),
    async restart() {
      agent.signal('SIGTERM');
      await agent.ended;
      agent = await start();
    },
    async end() {
      await agent.end();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** In a session of its own, so that /dev/tty cannot be opened; below a shell, as a service has one. */
function spawnDetached(
  words: readonly string[],
  { fd3, env }: { fd3?: string | null; env: Readonly<Record<string, string>> },
): ChildProcess {
  const child = spawn(process.execPath, [CLI, ...words], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', fd3 === undefined ? 'ignore' : 'pipe'],
  });
  const input = child.stdio[3];
  if (typeof fd3 === 'string' && input instanceof Object && 'end' in input) {
    input.on('error', () => undefined);
    input.end(fd3);
  }
  return child;
}

/** The person of `--code-fd`: follows the link that is printed, and writes the code of its page. */
async function signIn(login: ChildProcess): Promise<void> {
  let said = '';
  login.stdout?.resume();
  login.stderr?.on('data', (chunk) => (said += String(chunk)));
  const ended = once(login, 'close');
  const link = await until('a link to sign in', () => Promise.resolve(LINK.exec(said)?.[0]));
  const input = login.stdio[3];
  if (!(input instanceof Writable)) throw new Error('descriptor 3 is not open');
  input.end(`${await approveInProcess(link)}\n`);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(said);
}
