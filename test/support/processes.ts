import {
  execFile,
  spawn,
  type ChildProcess,
  type ExecFileOptions,
  type SpawnOptions,
} from 'node:child_process';
import { once } from 'node:events';

/** A child that is sure to be gone after `end`, also when it was stopped or never listened. */
export interface Running {
  readonly child: ChildProcess;
  /** SIGKILL works on stopped processes too. Resolves when the process is reaped. */
  end(): Promise<void>;
}

export function run(command: string, args: readonly string[], options: SpawnOptions): Running {
  const child = spawn(command, args, options);
  // A command that cannot be started has no exit event.
  const gone = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => undefined);
  return {
    child,
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await gone;
    },
  };
}

export interface Ended {
  /** 1 also for a program that a signal ended, or that could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whichever that is. */
export function ranTo(program: string, args: readonly string[], options: ExecFileOptions): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { ...options, encoding: 'utf8' }, (error, stdout, stderr) =>
      resolve({
        ...{ stdout, stderr },
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1,
      }),
    );
  });
}

/** Asks again until the answer is there: for outside processes that announce nothing. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, limit = 15_000): Promise<T> {
  const end = performance.now() + limit;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not within ${limit} ms: ${what}`);
}
