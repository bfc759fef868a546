import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Vault, VaultDescription, VaultEntry } from '../../main/vault/types.ts';

export type Step = 'getPassword' | 'setPassword' | 'deletePassword';

export type ChildRequest =
  | { op: 'open'; service: string; deadline: number }
  | { op: 'hold'; step: Step }
  | { op: 'release' }
  | { op: 'unrelated' }
  | { op: 'describe' }
  | { op: 'status' }
  | { op: 'ask' }
  | { op: 'read'; name: string }
  | { op: 'remove'; name: string }
  | { op: 'write'; name: string; entry: VaultEntry };

/** The vault's code as one file, next to node_modules so that it finds the keychain library. */
export async function buildVaultChild(): Promise<{ file: string; remove(): Promise<void> }> {
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'vault-child-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('vault-child.ts', import.meta.url)),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'child.mjs', codeSplitting: false } },
    },
    ssr: { noExternal: true, external: ['keytar'] },
  });
  return { file: join(folder, 'child.mjs'), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A real vault in another process, with the environment of a keyring session. */
export class VaultProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #held: (() => void) | null = null;
  #next = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: { id?: number; value?: unknown; error?: string; held?: Step }) => {
      if (message.held !== undefined) return this.#held?.();
      const pending = this.#pending.get(message.id ?? -1);
      if (pending === undefined) return;
      this.#pending.delete(message.id ?? -1);
      if (message.error === undefined) pending.resolve(message.value);
      else pending.reject(new Error(message.error));
    });
    child.on('exit', (code, signal) => {
      const why = new Error(`the vault process ended (${code ?? signal ?? 'unknown'})`);
      for (const pending of this.#pending.values()) pending.reject(why);
      this.#pending.clear();
    });
  }

  static async open(options: {
    file: string;
    env: Record<string, string>;
    deadline?: number;
    service?: string;
  }): Promise<VaultProcess> {
    const child = fork(options.file, {
      env: options.env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    const process = new VaultProcess(child);
    const { service = 'globus-token-tray', deadline = 10_000 } = options;
    await process.#ask({ op: 'open', service, deadline });
    return process;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  describe = () => this.#ask({ op: 'describe' }) as Promise<VaultDescription>;
  status = () => this.#ask({ op: 'status' }) as ReturnType<Vault['status']>;
  ask = () => this.#ask({ op: 'ask' }) as Promise<null>;
  read = (name: string) => this.#ask({ op: 'read', name }) as ReturnType<Vault['read']>;
  remove = (name: string) => this.#ask({ op: 'remove', name }) as ReturnType<Vault['remove']>;
  write = (name: string, entry: VaultEntry) =>
    this.#ask({ op: 'write', name, entry }) as ReturnType<Vault['write']>;

  /** Milliseconds that a file read and an answer from memory take in the vault's process. */
  unrelated = () => this.#ask({ op: 'unrelated' }) as Promise<{ file: number; memory: number }>;

  /** Stops the vault just before its next keychain call of this kind, runs `between`, and lets it go on. */
  async between<T>(step: Step, operation: () => Promise<T>, between: () => unknown): Promise<T> {
    await this.#ask({ op: 'hold', step });
    const reached = new Promise<void>((resolve) => (this.#held = resolve));
    const result = operation();
    await Promise.race([reached, result.then(() => Promise.reject(new Error(`${step} was never called`)))]);
    await between();
    await this.#ask({ op: 'release' });
    return result;
  }

  async end(): Promise<void> {
    if (!this.running) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #ask(request: ChildRequest): Promise<unknown> {
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, request }, (error) => error !== null && reject(error));
    });
  }
}
