import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const HELPER = join(import.meta.dirname, 'person.py');

/** Types `types` when the screen shows `sees` after what was typed before. */
export interface Typed {
  readonly sees: string | RegExp;
  /** Or what a person makes of everything that was shown so far. */
  readonly types: string | ((screen: string) => string | Promise<string>);
}

export interface OnTerminal {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the terminal showed, echo included. */
  readonly screen: string;
}

/**
 * Runs a command as a person does: from an interactive bash on a terminal. Its stdout and stderr are pipes, so
 * that they can be told apart from what it says to the person; with `all` they are the terminal too.
 *
 * @param later typed whenever it resolves, whatever the screen shows
 */
export async function onTerminal(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  typed: readonly Typed[] = [],
  all = false,
  later: Promise<string> | null = null,
): Promise<OnTerminal> {
  const line = `${command.map(quoted).join(' ')}${all ? '' : ' >&3 2>&4 3>&- 4>&-'}`;
  const child = spawn('/usr/bin/python3', [HELPER, line], {
    env,
    stdio: ['pipe', 'pipe', 'inherit', 'pipe', 'pipe'],
  });
  const stdin = child.stdio[0] as Writable;
  const shown = child.stdio[1] as Readable;
  const output = [child.stdio[3], child.stdio[4]].map((stream) => collect(stream as Readable));
  const steps = [...typed];
  let screen = '';
  let from = 0;
  shown.setEncoding('utf8');
  let thinks: Promise<void> | null = null;
  const look = async () => {
    for (let next = steps[0]; next !== undefined && shows(screen.slice(from), next.sees); next = steps[0]) {
      steps.shift();
      from = screen.length;
      stdin.write(typeof next.types === 'string' ? next.types : await next.types(screen));
    }
  };
  let failed: unknown = null;
  shown.on('data', (chunk: string) => {
    screen += chunk;
    thinks ??= look()
      .catch((error: unknown) => {
        failed = error;
        child.kill();
      })
      .finally(() => (thinks = null));
  });
  stdin.on('error', () => undefined);
  void later?.then((text) => stdin.write(text));
  const [code] = (await once(child, 'close')) as [number];
  if (failed !== null) throw failed instanceof Error ? failed : new Error('a step failed');
  if (steps[0] !== undefined) {
    throw new Error(`the terminal never showed ${String(steps[0].sees)}: ${JSON.stringify(screen)}`);
  }
  const [stdout = '', stderr = ''] = output.map((text) => text());
  return { code, stdout, stderr, screen };
}

/** For a POSIX shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function shows(screen: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen);
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (text += chunk));
  return () => text;
}
