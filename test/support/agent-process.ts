import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Settings } from '../../main/settings/types.ts';

export interface AgentChildStart {
  settings: Settings;
  /** Folder of a `FileVault`. */
  vault: string;
  locks: string;
  /** null: this agent has no broker. */
  socket: string | null;
  /** Of the sandbox. */
  ports: { auth: number; flows: number };
}

/** The agent's code as one file, next to node_modules so that it finds koffi. */
export async function buildAgentChild(): Promise<{ file: string; remove(): Promise<void> }> {
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'agent-child-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('agent-child.ts', import.meta.url)),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'child.mjs', codeSplitting: false } },
    },
    ssr: { noExternal: true, external: ['koffi', 'keytar'] },
  });
  return { file: join(folder, 'child.mjs'), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** An agent in another process. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  #next = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, answer }: { id?: number; answer?: unknown }) => {
      this.#pending.get(id ?? -1)?.resolve(answer);
      this.#pending.delete(id ?? -1);
    });
    child.on('exit', () => {
      for (const pending of this.#pending.values()) pending.reject(new Error('the agent process ended'));
      this.#pending.clear();
    });
  }

  static async start(file: string, start: AgentChildStart): Promise<AgentProcess> {
    const child = fork(file, [JSON.stringify(start)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const agent = new AgentProcess(child);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the agent process did not start'))),
    ]);
    return agent;
  }

  /** The value of a new access token, or the result that is none. */
  renew(scope: string): Promise<unknown> {
    return this.#ask(scope);
  }

  signOut(): Promise<unknown> {
    return this.#ask(null);
  }

  #ask(scope: string | null): Promise<unknown> {
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, scope }, (error) => error !== null && reject(error));
    });
  }

  /** SIGKILL: it can put nothing in order. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
