import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Heard {
  /** 0: the agent ended before it answered. */
  status: number;
  body: Record<string, unknown>;
}

/** One program that a policy can name, for the whole run: a new one for each question would cost more than the agent. */
const SCRIPT = `
import { request } from 'node:http';
import { createInterface } from 'node:readline';
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, socketPath, path } = JSON.parse(line);
  const tell = (status, body) => process.stdout.write(JSON.stringify({ id, status, body }) + '\\n');
  const outgoing = request({ socketPath, path, agent: false, headers: { host: 'localhost' } }, (incoming) => {
    let text = '';
    incoming.on('data', (chunk) => (text += chunk));
    incoming.on('end', () => tell(incoming.statusCode, JSON.parse(text)));
    incoming.on('error', () => tell(0, {}));
  });
  outgoing.on('error', () => tell(0, {}));
  outgoing.end();
});
`;

/** A script of Node's that asks the agent for tokens. */
export class Caller {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, (heard: Heard) => void>();
  #next = 0;
  #text = '';

  private constructor(
    child: ChildProcess,
    /** For the policy. */
    readonly script: string,
  ) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
    child.on('exit', () => {
      for (const heard of this.#pending.values()) heard({ status: 0, body: {} });
      this.#pending.clear();
    });
  }

  static async start(folder: string): Promise<Caller> {
    const script = join(folder, 'caller.mjs');
    await writeFile(script, SCRIPT);
    const child = spawn(process.execPath, [script], {
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new Caller(child, script);
  }

  ask(socketPath: string, path: string): Promise<Heard> {
    const id = (this.#next += 1);
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ id, socketPath, path })}\n`);
    });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #take(chunk: string): void {
    const lines = (this.#text + chunk).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      const { id, status, body } = JSON.parse(line) as Heard & { id: number };
      this.#pending.get(id)?.({ status, body });
      this.#pending.delete(id);
    }
  }
}
