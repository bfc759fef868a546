import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NODE_FLAGS } from '../../cli/agent/node-flags.ts';
import { DIST } from './dist.ts';
import type { Credentials } from './ordinary-user.ts';
import { until } from './processes.ts';

export const AGENT_BUNDLE = join(DIST, 'headless', 'globus-token-agent.js');

export interface HeadlessAgent {
  readonly pid: number;
  readonly running: boolean;
  /** Everything on stderr so far. */
  said(): string;
  /** Resolves when it says that it listens; rejects when it ends before. */
  readonly listens: Promise<void>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, if it still runs. */
  end(): Promise<void>;
}

/**
 * The built agent under this Node, with the flags that `globus-token agent` and the units give it, in an environment
 * of its own. `npm run build` must have been run.
 */
export function startHeadless(
  env: Record<string, string>,
  args: readonly string[] = [],
  node = process.execPath,
  user: Credentials = {},
  bundle = AGENT_BUNDLE,
): HeadlessAgent {
  const child = spawn(node, [...NODE_FLAGS, bundle, ...args], {
    ...user,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'close').then(([code, name]) => (code ?? name) as number | string);
  const listens = until('an agent that listens', () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${said}`);
    return Promise.resolve(said.includes(' listens at ') || undefined);
  }).then(() => undefined);
  listens.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    said: () => said,
    listens,
    ended,
    signal: (name) => child.kill(name),
    async end() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A script of Node's that asks the broker `count` times at once, each on a connection of its own. */
const CALLERS = `
import { request } from 'node:http';
const [socketPath, scope, count] = process.argv.slice(2);
const ask = () => new Promise((resolve) => {
  const path = '/v1/token?scope=' + scope;
  const outgoing = request({ socketPath, path, agent: false, headers: { host: 'localhost' } }, (incoming) => {
    let text = '';
    incoming.on('data', (chunk) => (text += chunk));
    incoming.on('end', () => resolve({ status: incoming.statusCode, body: JSON.parse(text) }));
    incoming.on('error', (error) => resolve({ status: 0, body: { reason: error.message } }));
  });
  outgoing.on('error', (error) => resolve({ status: 0, body: { reason: error.message } }));
  outgoing.on('socket', (socket) => socket.once('connect', () => process.stderr.write('connected\\n')));
  outgoing.end();
});
process.stdout.write(JSON.stringify(await Promise.all(Array.from({ length: Number(count) }, ask))));
`;

export interface Answered {
  status: number;
  body: Record<string, unknown>;
}

export interface Callers {
  /** Resolves when that many are connected. */
  connected(count: number): Promise<void>;
  readonly answers: Promise<Answered[]>;
}

/** Writes the callers' script where a policy can name it. @returns its path */
export async function writeCallers(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'callers.mjs');
  await writeFile(path, CALLERS);
  return path;
}

export function startCallers(
  script: string,
  socket: string,
  scope: string,
  count: number,
  env: Record<string, string>,
): Callers {
  const child = spawn(process.execPath, [script, socket, scope, String(count)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let connected = 0;
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (connected += String(chunk).split('connected').length - 1));
  return {
    connected: (wanted) =>
      until(`${wanted} connected callers`, () => Promise.resolve(connected >= wanted || undefined)).then(
        () => undefined,
      ),
    answers: once(child, 'close').then(() => JSON.parse(output) as Answered[]),
  };
}

export interface PolicyRule {
  program: string;
  script?: string;
  scope: string;
  account: string;
  answer?: 'allow' | 'deny';
}

/** A policy file as a person writes one: real paths, the script's hash. */
export async function writePolicy(path: string, rules: readonly PolicyRule[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const written = await Promise.all(
    rules.map(async ({ script, program, answer = 'allow', ...rule }) => ({
      ...rule,
      answer,
      program: await realpath(program),
      ...(script === undefined
        ? {}
        : {
            script: await realpath(script),
            sha256: createHash('sha256')
              .update(await readFile(script))
              .digest('hex'),
          }),
    })),
  );
  await writeFile(path, JSON.stringify({ version: 1, rules: written }));
  await chmod(path, 0o600);
}
