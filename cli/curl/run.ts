import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { type OutputPipe, openPipes } from '../child/pipes.ts';
import { inheritedFds, stdioWith } from '../child/fds.ts';
import { codeOfSignal, passSignals } from '../child/signals.ts';
import { Failure } from '../failure.ts';
import { automatonOf } from '../mask/finder.ts';
import { Masker } from '../mask/masker.ts';
import { pump } from '../mask/pump.ts';
import { TraceMasker } from '../mask/trace.ts';
import { chooseFds, curlScript, type ScriptFds, scriptEnv } from './script.ts';
import { byHand, type CurlWords, TRACE_PIPE } from './words.ts';

export interface CurlRequest {
  readonly scope: string;
  /** Path of curl. */
  readonly program: string;
  readonly token: string;
  readonly url: string;
  readonly words: CurlWords;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** The characters of a bearer token (RFC 6750 §2.1): nothing that could end a header line. */
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * Runs curl with the header on a descriptor. stdin and stdout are the user's own; stderr and traces pass the
 * mask.
 *
 * @returns curl's exit code; 128 and the signal's number when a signal ended it
 * @throws Failure before anything was sent
 */
export async function runCurl(request: CurlRequest): Promise<number> {
  const { token, words } = request;
  if (!BEARER.test(token)) {
    throw new Failure('failed', 'The agent answered with something that is no token.', 'globus-token doctor');
  }
  checkPlace(request);
  const named = inheritedFds(words.words.filter((word) => typeof word === 'string'));
  const fds = chooseFds(named);
  const automaton = automatonOf([token]);
  const stderr = words.stderr === null ? request.stderr : await sink(request, words.stderr);
  const trace = words.trace === null ? null : await sink(request, words.trace.to);
  const pipes = await openPipes(trace === null ? 1 : 2, request.platform);
  if (pipes === null && trace !== null) {
    throw new Failure('failed', 'A trace needs a FIFO, and none could be made.', '-v shows the headers, too');
  }
  const { child, send } =
    request.platform === 'win32' ? startAlone(request) : startInShell(request, fds, named, pipes);
  for (const pipe of pipes ?? []) pipe.release();
  const done = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? codeOfSignal(signal ?? 'SIGKILL')));
  });
  const stop = passSignals(send, request.platform);
  const [errors, dumps] = pipes?.map(({ from }) => from) ?? [child.stderr as Readable];
  try {
    const [code] = await Promise.all([
      done,
      ...(errors === undefined ? [] : [pump(errors, new Masker(automaton), stderr)]),
      ...(dumps === undefined || trace === null || words.trace === null
        ? []
        : [pump(dumps, new TraceMasker(automaton, words.trace.kind), trace)]),
    ]);
    return code;
  } finally {
    stop();
    await Promise.all([stderr, trace].map((to) => finish(request, to)));
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly send: (signal: NodeJS.Signals) => void;
}

function startInShell(
  request: CurlRequest,
  fds: ScriptFds,
  named: readonly number[],
  pipes: readonly OutputPipe[] | null,
): Started {
  const { env, program, token } = request;
  const [errors, dumps] = pipes ?? [];
  const at = new Map<number, number | 'pipe'>(named.map((fd) => [fd, fd]));
  at.set(fds.control, 'pipe');
  if (dumps !== undefined) at.set(fds.trace, dumps.writeEnd);
  const child = spawn(
    '/bin/sh',
    ['-c', curlScript(fds), 'sh', program, ...curlWords(request, fds, `@/dev/fd/${fds.header}`)],
    {
      env: scriptEnv(env),
      stdio: stdioWith<number | 'pipe' | 'inherit'>(['inherit', 'inherit', errors?.writeEnd ?? 'pipe'], at),
    },
  );
  const control = child.stdio[fds.control] as (Readable & Writable) | undefined;
  // The shell may be gone before it has read.
  control?.on('error', () => undefined);
  control?.write(`Authorization: Bearer ${token}\n`);
  return { child, send: toReported(child, control) };
}

/** Signals go to the process that reports its ID; those that come before wait for that. */
function toReported(child: ChildProcess, control: Readable | undefined): Started['send'] {
  const waiting: NodeJS.Signals[] = [];
  let said = '';
  let pid: number | null = null;
  const send = (signal: NodeJS.Signals) => {
    if (pid === null) waiting.push(signal);
    // Until the shell has ended, the ID is curl's.
    else if (child.exitCode === null && child.signalCode === null) killQuietly(pid, signal);
  };
  control?.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
    const [, digits] = /^(\d+)\n/.exec(said) ?? [];
    if (digits === undefined || pid !== null) return;
    pid = Number(digits);
    waiting.splice(0).forEach(send);
  });
  return send;
}

function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** What Windows cannot do. @throws Failure `usage` */
function checkPlace({ platform, scope, words }: CurlRequest): void {
  if (platform !== 'win32') return;
  if (words.readsStdin) {
    throw new Failure('usage', 'On Windows, what is sent cannot come from stdin.', '--data @file');
  }
  if (words.trace !== null) {
    throw new Failure('usage', 'On Windows, traces cannot be masked.', `-v, or ${byHand(scope)}`);
  }
}

/** Without /dev/fd the header comes in on stdin, so nothing else can. */
function startAlone(request: CurlRequest): Started {
  const { env, program, token } = request;
  const child = spawn(program, curlWords(request, null, '@-'), {
    env: scriptEnv(env),
    stdio: ['pipe', 'inherit', 'pipe'],
  });
  child.stdin?.on('error', () => undefined).end(`Authorization: Bearer ${token}\n`);
  return { child, send: (signal) => void child.kill(signal) };
}

/**
 * `-q` first, or ~/.curlrc could write the token to a file. A redirect never leads to plain http, where older
 * curls would still send the header if the host is the same (CVE-2022-27774).
 */
export function curlWords(
  { url, words }: Pick<CurlRequest, 'url' | 'words'>,
  fds: Pick<ScriptFds, 'trace'> | null,
  header: string,
): string[] {
  const redirects = url.startsWith('https:') ? '=https' : '=http,https';
  return [
    ...['-q', '-H', header],
    ...words.words.map((word) => (word === TRACE_PIPE ? `/dev/fd/${fds?.trace ?? 0}` : word)),
    ...(words.follows ? ['--proto-redir', redirects] : []),
    ...['--url', url],
  ];
}

/** Where a user's `--trace` or `--stderr` goes: a file as curl would open it, stdout or stderr. */
async function sink({ stdout, stderr }: CurlRequest, to: string): Promise<Writable> {
  if (to === '-') return stdout;
  if (to === '%') return stderr;
  const file = await open(to, 'w').catch(() => null);
  if (file === null) {
    throw new Failure(
      'usage',
      `${JSON.stringify(to)} cannot be written.`,
      'name a file in a folder of yours',
    );
  }
  return createWriteStream('', { fd: file });
}

async function finish({ stdout, stderr }: CurlRequest, to: Writable | null): Promise<void> {
  if (to === null || to === stdout || to === stderr) return;
  await new Promise<void>((resolve) => {
    to.once('error', () => resolve());
    to.end(() => resolve());
  });
}
