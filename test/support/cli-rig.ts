import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from '../../scripts/build.mjs';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type CliBackend, startBackend } from './cli-backend.ts';
import { DIST } from './dist.ts';
import { writePolicy } from './headless.ts';
import { onTerminal, type Typed } from './pty.ts';
import { ALL_SCOPES } from './sandbox-agent.ts';

export const NODE_CLI = join(DIST, 'cli', 'globus-token.js');
export const LAUNCHER = join(DIST, 'cli', 'globus-token');

/** In the policy and not in the sign-in: what needs a consent. */
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';

export interface RunOptions {
  /** Written to stdin, which then ends; absent: stdin is empty. */
  stdin?: string;
  /** Over the rig's own; undefined takes one away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** The POSIX launcher instead of the Node program. */
  launcher?: boolean;
  /** The shell to run the launcher with; its own #! line when absent. */
  shell?: readonly string[];
  /** From an interactive bash on a terminal: what the person types. Absent: there is no terminal. */
  tty?: readonly Typed[];
  /** With `tty`: stdout and stderr are the terminal too. */
  ttyOutput?: boolean;
  /**
   * Straight from this process, for which no policy rule can be, instead of from the rig's script; with it,
   * signals to `child` reach the CLI itself.
   */
  unknownCaller?: boolean;
  cwd?: string;
}

export interface Ran {
  /** Exit code, or the signal's name. */
  code: number | string;
  stdout: string;
  stderr: string;
  /** What the terminal showed; empty without one. */
  screen: string;
}

export interface Running {
  /** A process group of its own without a terminal: `process.kill(-child.pid, …)` reaches the CLI. */
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
}

export interface CliRig {
  readonly socket: string;
  readonly home: string;
  /** The agent's data folder: policy.json, audit/ and the rest. */
  readonly dataFolder: string;
  /** A folder for the test's own files, gone at the end. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  /** The built agent without a window: a process of its own. */
  readonly agent: CliBackend;
  /** The script that the policy's rules are about; it runs its arguments. */
  readonly caller: string;
  run(words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Without `tty`. */
  start(words: readonly string[], options?: Omit<RunOptions, 'tty' | 'ttyOutput'>): Running;
  end(): Promise<void>;
}

export interface CliRigOptions {
  /** Ada has signed in with all scopes; true when absent. */
  signedIn?: boolean;
  /** `allow` (when absent): the rig's script gets every scope of Ada's; `none`: there is no policy. */
  policy?: 'allow' | 'none';
  env?: Readonly<Record<string, string>>;
  /** More options of the agent. */
  agentArgs?: readonly string[];
  /** The Node program that the agent runs under; this process's own when absent. */
  node?: string;
}

/**
 * The built CLI against a real agent on a real socket, in a home of its own. Builds the bundles if something
 * changed.
 */
export async function cliRig(options: CliRigOptions = {}): Promise<CliRig> {
  await build({ only: ['cli', 'headless'] });
  const folder = await mkdtemp(join(tmpdir(), 'cli-'));
  const home = join(folder, 'home');
  const runtime = join(folder, 'run');
  await mkdir(home, { mode: 0o700 });
  await mkdir(runtime, { mode: 0o700 });
  const caller = await writeCaller(folder);
  const dataFolder = join(home, '.config', 'globus-token-tray-demo');
  if (options.policy !== 'none') {
    const rules = [...ALL_SCOPES, TRANSFER].map((scope) => ({
      program: '/bin/sh',
      script: caller,
      scope,
      account: 'ada@uni.example',
    }));
    await writePolicy(join(dataFolder, 'policy.json'), rules);
  }
  const socket = join(runtime, 'globus-token-demo', 'broker.sock');
  const sandbox = await startSandbox();
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    GLOBUS_TOKEN_SOCK: socket,
    LC_ALL: 'C.UTF-8',
    // Many tests at once make an agent slow to answer; what is stuck is tested where nothing else runs.
    GLOBUS_TOKEN_PATIENCE: '20s',
    ...options.env,
  };
  const agent = await startBackend({
    ...{ sandbox, socket, dataFolder },
    env: { PATH: env.PATH, HOME: home, XDG_RUNTIME_DIR: runtime },
    ...(options.agentArgs && { args: options.agentArgs }),
    ...(options.node !== undefined && { node: options.node }),
  }).catch(async (error: unknown) => {
    await sandbox.close();
    throw error;
  });
  if (options.signedIn !== false) {
    await agent.signIn().catch(async (error: unknown) => {
      await agent.end();
      throw error;
    });
  }
  const start = (words: readonly string[], how: RunOptions = {}) =>
    startDetached([...(how.unknownCaller === true ? [] : [caller]), ...commandOf(words, how)], {
      ...how,
      env: merged(env, how.env),
    });
  return {
    ...{ socket, home, dataFolder, folder, env, sandbox, agent, caller, start },
    async run(words, how = {}) {
      if (how.tty === undefined) return start(words, how).done;
      return onTerminal(commandOf(words, how), merged(env, how.env), how.tty, how.ttyOutput);
    },
    async end() {
      await agent.end();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function commandOf(words: readonly string[], { launcher, shell = [] }: RunOptions): string[] {
  return launcher === true ? [...shell, LAUNCHER, ...words] : [process.execPath, NODE_CLI, ...words];
}

function merged(env: Readonly<Record<string, string>>, over: RunOptions['env'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...env, ...over }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** In a session of its own, so that /dev/tty cannot be opened. */
function startDetached(
  [program = '', ...args]: readonly string[],
  { stdin = '', env, cwd }: RunOptions & { env: Record<string, string> },
): Running {
  const child = spawn(program, args, { env, detached: true, stdio: 'pipe', ...(cwd && { cwd }) });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  // Who needs no input may be gone before it is written.
  child.stdin.on('error', () => undefined).end(stdin);
  const done = once(child, 'close').then(([code, signal]) => ({
    code: (code ?? signal) as number | string,
    ...{ stdout, stderr, screen: '' },
  }));
  return { child, done };
}

/** Stays between the tests and the CLI as whom the policy knows; outlives signals to the group. */
async function writeCaller(folder: string): Promise<string> {
  const path = join(folder, 'caller.sh');
  await writeFile(path, `#!/bin/sh\ntrap : INT TERM HUP\n"$@"\nexit $?\n`);
  await chmod(path, 0o755);
  return path;
}
