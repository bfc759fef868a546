import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Loop {
  /** Path of the script that runs its arguments so many times. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * One run of a command, milliseconds, from many of them in a row.
 *
 * @throws Error when one of them fails: a refusal is fast
 */
export async function timed(
  { script, env }: Loop,
  runs: number,
  command: readonly string[],
): Promise<number> {
  const start = process.hrtime.bigint();
  const child = spawn('/bin/sh', [script, String(runs), ...command], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6 / runs;
}
