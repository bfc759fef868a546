// Runs in Windows' own Node under Wine, for test/support/wine.ts: starts programs there, whose pipes are those of
// Windows (a pipe of Linux's is none to Wine), and tells what they say and how they end. One JSON value a line, by a
// TCP connection; when it ends, everything that was started ends.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * What it is asked: to start a program, or something about one that it started.
 *
 * @typedef {{ id: number, program: string, args: string[], cwd?: string, verbatim: boolean,
 *   env: Record<string, string | null> }} Start
 * @typedef {{ id: number, program?: undefined, stdin?: string, ends?: boolean, kills?: boolean }} Act
 */

const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]) });
/** @type {Map<number, import('node:child_process').ChildProcessWithoutNullStreams>} */
const children = new Map();

/** @param {{ id: number, stdout?: string, stderr?: string, code?: number | string | null }} said */
function tell(said) {
  socket.write(`${JSON.stringify(said)}\n`);
}

/** @param {Start} asked */
function start({ id, program, args, env, cwd, verbatim }) {
  // Over our own environment; null takes a variable away.
  /** @type {NodeJS.ProcessEnv} */
  const all = { ...process.env };
  for (const [name, value] of Object.entries(env)) all[name] = value ?? undefined;
  const child = spawn(program, args, {
    env: all,
    windowsVerbatimArguments: verbatim,
    windowsHide: true,
    ...(cwd !== undefined && { cwd }),
  });
  children.set(id, child);
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ stdout) => tell({ id, stdout }));
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ stderr) => tell({ id, stderr }));
  child.stdin.on('error', () => undefined);
  child.once('error', (/** @type {NodeJS.ErrnoException} */ { code = 'unknown' }) => tell({ id, code }));
  child.once('close', (code) => tell({ id, code }));
}

/** @param {Act} asked */
function act({ id, stdin, ends, kills }) {
  const child = children.get(id);
  if (stdin !== undefined) child?.stdin.write(stdin);
  if (ends === true) child?.stdin.end();
  // At once, as Windows' Task Manager does it.
  if (kills === true) child?.kill();
}

createInterface({ input: socket }).on('line', (line) => {
  /** @type {unknown} */
  const value = JSON.parse(line);
  const asked = /** @type {Start | Act} */ (value);
  if (asked.program === undefined) act(asked);
  else start(asked);
});
socket.on('error', () => process.exit(1));
socket.on('close', () => {
  for (const child of children.values()) child.kill();
  process.exit(0);
});
