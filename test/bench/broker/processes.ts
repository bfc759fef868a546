import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import type { Command, Load, Loaded, Reply } from './protocol.ts';

export interface BenchProcess {
  ask(message: Command): Promise<Reply>;
  load(message: Load): Promise<Loaded>;
  end(): Promise<void>;
}

/**
 * TypeScript programs as plain Node ones, beside node_modules so that they find koffi.
 *
 * @param sources absolute paths; `x.ts` becomes `x.mjs` in the folder
 */
export async function buildPrograms(
  root: string,
  sources: readonly string[],
): Promise<{ folder: string; remove(): Promise<void> }> {
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'bench-'));
  for (const source of sources) {
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: source,
        outDir: folder,
        emptyOutDir: false,
        target: 'node20',
        rollupOptions: { output: { entryFileNames: '[name].mjs', codeSplitting: false } },
      },
      ssr: { noExternal: true, external: ['koffi', 'keytar'] },
    });
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function startProgram(file: string, args: readonly string[] = []): Promise<BenchProcess> {
  const child: ChildProcess = fork(file, args, {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${file} ended (${code ?? 'by a signal'})`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  await next();
  const talk = async (message: Command | Load): Promise<unknown> => {
    const answer = next();
    child.send(message);
    return answer;
  };
  return {
    ask: (message) => talk(message) as Promise<Reply>,
    load: (message) => talk(message) as Promise<Loaded>,
    async end() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
