import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AGENT_BUNDLE } from './headless.ts';
import { until } from './processes.ts';

const PYTHON = '/usr/bin/python3';
const SCRIPT = join(import.meta.dirname, 'service-manager.py');

export interface ServiceManager {
  /** Starts the agent once more with the socket. @returns its process ID */
  start(): Promise<number>;
  /** Exit code of the agent that was started last; a signal’s number below zero. */
  ended(): Promise<number>;
  /** Everything that its agents said. */
  said(): string;
  end(): Promise<void>;
}

/** Real socket activation of the built agent: the socket is there before the agent, and after it. */
export async function serviceManager(parts: {
  kind: 'unix' | 'tcp' | 'file' | 'datagram';
  path: string;
  env: Record<string, string>;
  count?: number;
  args?: readonly string[];
}): Promise<ServiceManager> {
  const { kind, path, env, count = 1, args = [] } = parts;
  const program = [process.execPath, AGENT_BUNDLE, ...args];
  const child = spawn(PYTHON, [SCRIPT, kind, path, String(count), ...program], { env, stdio: 'pipe' });
  let told = '';
  let said = '';
  child.stdout.on('data', (chunk) => (told += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const closed = once(child, 'close');
  let starts = 0;
  const line = (nth: number) =>
    until(`line ${nth} of the service manager`, () =>
      Promise.resolve(told.split('\n').length > nth + 1 || undefined),
    );
  const number = (nth: number) => Number(told.split('\n')[nth]?.split(' ')[1]);
  await line(0);
  return {
    async start() {
      starts += 1;
      child.stdin.write('start\n');
      await line(starts * 2 - 1);
      return number(starts * 2 - 1);
    },
    async ended() {
      await line(starts * 2);
      return number(starts * 2);
    },
    said: () => said,
    async end() {
      if (starts > 0 && told.trimEnd().split('\n').at(-1)?.startsWith('started') === true) {
        process.kill(number(starts * 2 - 1), 'SIGKILL');
      }
      child.stdin.end();
      await closed;
    },
  };
}

/** Who answers at a socket, as curl is told; it waits there for an agent that the manager has still to start. */
export async function statusOf(socket: string): Promise<Record<string, unknown>> {
  const words = ['-q', '-sS', '--unix-socket', socket, 'http://localhost/v1/status'];
  const { stdout } = await promisify(execFile)('curl', words);
  return JSON.parse(stdout) as Record<string, unknown>;
}
