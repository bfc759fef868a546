import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ChildBundle {
  readonly file: string;
  remove(): Promise<void>;
}

/** A TypeScript file of test/support as one module, next to node_modules so that it finds native libraries. */
export async function bundleChild(name: string): Promise<ChildBundle> {
  // Not for those who only talk to a child.
  const { build } = await import('vite');
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'child-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL(name, import.meta.url)),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'child.mjs', codeSplitting: false } },
    },
    ssr: { noExternal: true, external: ['keytar', 'koffi'] },
  });
  return { file: join(folder, 'child.mjs'), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Another process that answers requests, one after the other or several at once. */
export class Child {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #exited: Promise<unknown>;
  #next = 0;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#exited = once(process, 'exit');
    process.on('message', (message: { id?: number; value?: unknown; error?: string }) => {
      const pending = this.#pending.get(message.id ?? -1);
      this.#pending.delete(message.id ?? -1);
      if (message.error === undefined) pending?.resolve(message.value);
      else pending?.reject(new Error(message.error));
    });
    process.on('exit', (code, signal) => {
      for (const { reject } of this.#pending.values())
        reject(new Error(`the child ended (${code ?? signal ?? 'unknown'})`));
      this.#pending.clear();
    });
  }

  static async start(file: string, env: NodeJS.ProcessEnv = process.env): Promise<Child> {
    const child = fork(file, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new Child(child);
  }

  /** What the child says besides its answers. */
  onMessage(listener: (message: Record<string, unknown>) => void): void {
    this.#process.on('message', (message) => listener(message as Record<string, unknown>));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  ask<T>(request: object): Promise<T> {
    const id = (this.#next += 1);
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: (value) => resolve(value as T), reject });
      this.#process.send({ id, request }, (error) => error !== null && reject(error));
    });
  }

  /** SIGKILL: nothing of the child runs any more. Resolves when it is reaped. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
