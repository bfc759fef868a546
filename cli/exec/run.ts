import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { inheritedFds, stdioWith } from '../child/fds.ts';
import { openPipes } from '../child/pipes.ts';
import { codeOfSignal, passSignals } from '../child/signals.ts';
import { automatonOf } from '../mask/finder.ts';
import { Masker } from '../mask/masker.ts';
import { pump } from '../mask/pump.ts';

export interface ExecRequest {
  readonly program: string;
  /** What the program is told its name is, and its arguments. */
  readonly words: readonly [string, ...string[]];
  /** Variable and token. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly mask: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export type ExecEnd =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: NodeJS.Signals }
  /** It could not be started: a name of errno(3). */
  | { kind: 'not-started'; code: string };

/** Runs a program with tokens in its environment, and in nothing else's; signals reach it. */
export async function runExec(request: ExecRequest): Promise<ExecEnd> {
  const { mask, tokens, stdout, stderr } = request;
  const pipes = mask ? await openPipes(2, request.platform) : null;
  const output: readonly (number | 'pipe' | 'inherit')[] = mask
    ? (pipes?.map(({ writeEnd }) => writeEnd) ?? ['pipe', 'pipe'])
    : ['inherit', 'inherit'];
  const { child, end } = start(request, output);
  for (const pipe of pipes ?? []) pipe.release();
  const stop = passSignals((signal) => void child.kill(signal), request.platform);
  const automaton = automatonOf([...tokens.values()]);
  const [out, errors] = pipes?.map(({ from }) => from) ?? [child.stdout, child.stderr];
  const pumps = [
    [out, stdout],
    [errors, stderr],
  ] as [Readable | null, Writable][];
  try {
    // Its children may write on when it has ended; a shell would wait for them in a pipeline, too.
    const [ended] = await Promise.all([
      end,
      ...pumps.map(([from, to]) => (from === null ? null : pump(from, new Masker(automaton), to))),
    ]);
    return ended;
  } finally {
    stop();
  }
}

function start(
  { env, program, tokens, words }: ExecRequest,
  output: readonly (number | 'pipe' | 'inherit')[],
): { child: ChildProcess; end: Promise<ExecEnd> } {
  const [name, ...args] = words;
  const at = new Map(inheritedFds(args).map((fd) => [fd, fd]));
  const child = spawn(program, args, {
    argv0: name,
    env: { ...env, ...Object.fromEntries(tokens) },
    stdio: stdioWith<number | 'pipe' | 'inherit'>(['inherit', ...output], at),
  });
  const end = new Promise<ExecEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ kind: 'not-started', code: error.code ?? 'unknown' }),
    );
    child.once('exit', (code, signal) =>
      resolve(signal === null ? { kind: 'exit', code: code ?? 1 } : { kind: 'signal', signal }),
    );
  });
  return { child, end };
}

/** Ends as the child did, so that a shell or supervisor sees the same. @returns for where that does not end us */
export function dieOf(signal: NodeJS.Signals): number {
  try {
    process.kill(process.pid, signal);
  } catch {
    // Windows has not all of them.
  }
  return codeOfSignal(signal);
}
