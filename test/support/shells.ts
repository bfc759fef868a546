import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
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

/**
 * Every shell that a snippet promises to run in when all its values are given. busybox where it is installed:
 * it is the sh of small containers.
 */
export const SNIPPET_SHELLS: readonly Shell[] = [
  ...POSIX_SHELLS,
  { name: 'dash', command: 'dash', args: [], interactive: false },
  { name: 'fish', command: 'fish', args: ['--no-config'], interactive: false },
  ...['/usr/bin/busybox', '/bin/busybox']
    .filter((path) => existsSync(path))
    .slice(0, 1)
    .map((command) => ({ name: 'busybox sh', command, args: ['sh'], interactive: false })),
];

export interface ShellRun {
  /** Arguments of every stand-in that ran, in order, byte for byte as the kernel passed them. */
  readonly calls: readonly (readonly string[])[];
  /** Their names, in the same order: `curl`, `http`, … */
  readonly commands: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Commands of snippets that are only recorded here. */
const STAND_INS = ['curl', 'http', 'globus', 'globus-token'];

/**
 * The count first, then each argument, all ended by NUL, which no argument can hold. The curl of the broker
 * prints what `BROKER_ANSWER` says, nothing where it is empty. Builtins only.
 */
const STAND_IN = `#!/bin/sh
printf '%s\\0' "\${0##*/}" "$#" "$@" >>"$ARGV_DUMP"
case "\${1-} \${2-}" in
'-q -fsS') printf '%s' "\${BROKER_ANSWER-}" ;;
esac
`;

/** A home of its own with the stand-ins first on PATH, and the system's tools behind them. */
export class ShellBench {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(): Promise<ShellBench> {
    const root = await mkdtemp(path.join(tmpdir(), 'snippet-shell-'));
    await mkdir(path.join(root, 'bin'));
    await mkdir(path.join(root, 'home'));
    for (const name of STAND_INS) {
      const file = path.join(root, 'bin', name);
      await writeFile(file, STAND_IN);
      await chmod(file, 0o755);
    }
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
    const records = parseDump(await readFile(dump));
    await Promise.all([rm(dump), rm(script)]);
    return {
      calls: records.map(({ argv }) => argv),
      commands: records.map(({ name }) => name),
      stdout,
      stderr,
      status,
    };
  }

  /** Names of files that commands have left behind: none, unless a value ran as a command. */
  async leftovers(): Promise<string[]> {
    return (await readdir(path.join(this.#root, 'home'))).filter(
      (name) => !['.zcompdump', '.config', '.local', '.cache'].includes(name),
    );
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  #count = 0;
  #next(): number {
    return (this.#count += 1);
  }
}

function parseDump(dump: Buffer): { name: string; argv: string[] }[] {
  const fields = dump.toString('utf8').split('\0').slice(0, -1);
  const records: { name: string; argv: string[] }[] = [];
  for (let at = 0; at < fields.length;) {
    const end = at + 2 + Number(fields[at + 1]);
    records.push({ name: fields[at] ?? '', argv: fields.slice(at + 2, end) });
    at = end;
  }
  return records;
}
