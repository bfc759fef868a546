import { closeSync, fstatSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { clientEnvironment } from '../../main/broker/runtime-folder.ts';
import { brokerSocketPath } from '../../main/broker/socket-path.ts';
import { Failure } from '../failure.ts';
import { agentEnvironment } from './environment.ts';
import { NODE_FLAGS } from './node-flags.ts';
import { startAllowed } from './on-demand.ts';
import { whoAnswers } from './status.ts';

export { startAllowed } from './on-demand.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AgentStart {
  /** The folder of the built bundles. */
  readonly dist: string;
  readonly env: Environment;
  /** Where it will answer. */
  readonly socket: string;
  /** Options of the agent. */
  readonly args?: readonly string[];
  /** How long it may take to answer. Milliseconds. */
  readonly limitMs?: number;
}

const LIMIT_MS = 5_000;
const LOOK_MS = 20;

/** The agent’s program. */
export function agentBundle(dist: string): string {
  return join(dist, 'headless', 'globus-token-agent.js');
}

/**
 * What the client calls when nothing answers at `socket`.
 *
 * @returns false: no agent may be started, or not there: GLOBUS_TOKEN_SOCK names another socket than this machine’s
 *   own, such as a forwarded one whose connection ended, and the agent here would be the wrong one to answer
 * @throws Failure `no-agent` when one was started and does not answer
 */
export async function startOnFirstUse(
  host: { dist: string; env: Environment; platform: NodeJS.Platform; uid: number | null; home: string },
  socket: string,
): Promise<boolean> {
  const { dist, env, platform, uid, home } = host;
  const own = clientEnvironment({ ...env, GLOBUS_TOKEN_SOCK: undefined }, uid, platform);
  if (socket !== brokerSocketPath(own, uid, platform)) return false;
  if (!startAllowed(env, platform, home)) return false;
  await startAgent({ dist, env, socket });
  return true;
}

/**
 * Starts an agent that stays: in a session of its own, so that it outlives the terminal, with nothing of it open.
 * Resolves when the socket answers. Two starters at once are fine: one of the agents finds the lock taken and ends,
 * and both starters meet the other one.
 *
 * @throws Failure `no-agent`
 */
export async function startAgent(start: AgentStart): Promise<void> {
  const { dist, env, socket, args = [], limitMs = LIMIT_MS } = start;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const nothing = process.platform === 'win32' ? null : openSync('/dev/null', 'r+');
  const before = process.umask(0o077);
  const child = spawn(process.execPath, [...NODE_FLAGS, agentBundle(dist), ...args], {
    detached: true,
    stdio: nothing === null ? 'ignore' : over(openDescriptors(), nothing),
    cwd: process.platform === 'win32' ? dist : '/',
    env: agentEnvironment(env),
    windowsHide: true,
  });
  process.umask(before);
  if (nothing !== null) closeSync(nothing);
  let code: number | string | null = null;
  child.once('error', (error: NodeJS.ErrnoException) => (code = error.code ?? error.name));
  child.once('exit', (status, signal) => (code = status ?? signal));
  const last = performance.now() + limitMs;
  while ((await whoAnswers(socket, last - performance.now())) === null) {
    // With 0 it found another agent, which may not have opened its socket yet.
    if (code !== null && code !== 0) throw ended(code);
    if (performance.now() >= last) throw silent(socket, limitMs);
    await pause(LOOK_MS);
  }
  child.unref();
}

/**
 * The `stdio` that puts `nothing` over each of these. A child gets what its caller's shell left open, such as a lock
 * on 200 or a pipe: libuv marks only the low ones as closed for it, and its 'ignore' above 2 leaves them as they are.
 */
function over(open: readonly number[], nothing: number): ('ignore' | number)[] {
  return Array.from({ length: Math.max(2, ...open) + 1 }, (_, fd) =>
    fd > 2 && open.includes(fd) ? nothing : 'ignore',
  );
}

/** Without the one that listed them: its number may become the pipe by which the child says that it started. */
function openDescriptors(): number[] {
  try {
    return readdirSync('/dev/fd').map(Number).filter(isOpen);
  } catch {
    // No /proc: as it was before.
    return [];
  }
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

const SEE_WHY = 'See why: globus-token agent';

function ended(code: number | string): Failure {
  return new Failure('no-agent', `The agent ended while it started (${code}). Nothing was lost.`, SEE_WHY);
}

function silent(socket: string, limitMs: number): Failure {
  const seconds = Math.round(limitMs / 1_000);
  return new Failure(
    'no-agent',
    `An agent was started, and none answers at ${socket} after ${seconds} s.`,
    'globus-token doctor',
  );
}
