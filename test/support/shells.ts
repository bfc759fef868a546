import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Shell {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Reads its commands as if typed at a prompt: history expansion is on where the shell has it. */
  readonly interactive: boolean;
}

/** The shells that a POSIX snippet promises to run in, as scripts and as prompts. */
export const POSIX_SHELLS: readonly Shell[] = [
  { name: 'sh', command: 'sh', args: [], interactive: false },
  { name: 'bash', command: 'bash', args: ['--norc', '--noprofile'], interactive: false },
  { name: 'zsh', command: 'zsh', args: ['-f'], interactive: false },
  { name: 'zsh with RC_QUOTES', command: 'zsh', args: ['-f', '-o', 'rcquotes'], interactive: false },
  { name: 'sh prompt', command: 'sh', args: ['-i'], interactive: true },
  { name: 'bash prompt', command: 'bash', args: ['--norc', '--noprofile', '-i'], interactive: true },
  { name: 'zsh prompt', command: 'zsh', args: ['-f', '-i'], interactive: true },
];

export interface ShellRun {
  /** Arguments of every `curl` that ran, in order, byte for byte as the kernel passed them. */
  readonly calls: readonly (readonly string[])[];
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** A home of its own with nothing on PATH but the stand-in `curl` and, where allowed, the system's tools. */
export class ShellBench {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(): Promise<ShellBench> {
    const root = await mkdtemp(path.join(tmpdir(), 'snippet-shell-'));
    await mkdir(path.join(root, 'bin'));
    await mkdir(path.join(root, 'home'));
    const curl = path.join(root, 'bin', 'curl');
    // Builtins only: the count first, then each argument, all ended by NUL, which no argument can hold.
    await writeFile(curl, `#!/bin/sh\nprintf '%s\\0' "$#" "$@" >>"$ARGV_DUMP"\n`);
    await chmod(curl, 0o755);
    return new ShellBench(root);
  }

  /** Runs the lines in one start of the shell. */
  async run(shell: Shell, lines: readonly string[], env: Record<string, string> = {}): Promise<ShellRun> {
    const dump = path.join(this.#root, `argv-${this.#next()}`);
    const script = `${dump}.sh`;
    const text = `${lines.join('\n')}\n`;
    await writeFile(script, text);
    await writeFile(dump, '');
    const child = spawn(shell.command, shell.interactive ? shell.args : [...shell.args, script], {
      cwd: path.join(this.#root, 'home'),
      env: {
        PATH: `${path.join(this.#root, 'bin')}:${process.env['PATH'] ?? ''}`,
        HOME: path.join(this.#root, 'home'),
        LC_ALL: 'C.UTF-8',
        HISTFILE: '',
        ARGV_DUMP: dump,
        ...env,
      },
      // A session of its own, so that an interactive shell finds no terminal to take over.
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(shell.interactive ? text : '');
    const [status] = (await once(child, 'close')) as [number | null];
    const calls = parseDump(await readFile(dump));
    await Promise.all([rm(dump), rm(script)]);
    return { calls, stdout, stderr, status };
  }

  /** Names of files that commands have left behind: none, unless a value ran as a command. */
  async leftovers(): Promise<string[]> {
    return (await readdir(path.join(this.#root, 'home'))).filter((name) => name !== '.zcompdump');
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  #count = 0;
  #next(): number {
    return (this.#count += 1);
  }
}

function parseDump(dump: Buffer): string[][] {
  const fields = dump.toString('utf8').split('\0').slice(0, -1);
  const calls: string[][] = [];
  for (let at = 0; at < fields.length;) {
    const count = Number(fields[at]);
    calls.push(fields.slice(at + 1, at + 1 + count));
    at += 1 + count;
  }
  return calls;
}
