import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../../sandbox/flows/values.ts';

export interface CurlRun {
  /** The HTTP status; null where the line's own curl ignores its configuration (`-q`). */
  status: number | null;
  /** The answer as JSON; `{}` for anything else. */
  body: JsonObject;
  stderr: string;
  exit: number | null;
}

const SHELLS: readonly (readonly [command: string, ...words: string[]])[] = [
  ['sh'],
  ['bash', '--norc', '--noprofile'],
  ['zsh', '-f'],
  // It reads commands from a pipe, and from no socket, which is what a child of Node has for input.
  ['sh', '-c', 'cat | fish --no-config'],
];

/**
 * The machine of a user who pastes a snippet: real shells in turn, the real curl, a home of its own. The home's
 * `.curlrc` makes curl tell the status behind the body.
 */
export class CurlShell {
  readonly #home: string;
  #count = 0;

  private constructor(home: string) {
    this.#home = home;
  }

  static async open(): Promise<CurlShell> {
    const home = await mkdtemp(join(tmpdir(), 'curl-shell-'));
    await writeFile(join(home, '.curlrc'), 'write-out = "\\n%{http_code}"\n');
    return new CurlShell(home);
  }

  /** @param line goes to the shell's standard input, because an argument would show its token to everybody */
  async paste(line: string): Promise<CurlRun> {
    const [command, ...words] = SHELLS[this.#count++ % SHELLS.length] ?? ['sh'];
    const child = spawn(command, words, {
      cwd: this.#home,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.#home, LC_ALL: 'C.UTF-8' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    // A shell that ends early is told by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${line}\n`);
    const [exit] = (await once(child, 'close')) as [number | null];
    const [, text = stdout, status] = /^([\s\S]*)\n(\d{3})$/.exec(stdout) ?? [];
    return { status: status === undefined ? null : Number(status), body: readJson(text), stderr, exit };
  }

  async close(): Promise<void> {
    await rm(this.#home, { recursive: true, force: true });
  }
}

function readJson(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
