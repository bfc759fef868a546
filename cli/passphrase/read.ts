import { spawn } from 'node:child_process';
import { fstatSync, read, type Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Failure } from '../failure.ts';

/** More than the longest passphrase and its line's end can take, in bytes. */
const MOST = 8_192;
const NEWLINE = 0x0a;

/**
 * @param text as a person wrote it
 * @throws Failure `usage` for what is no open descriptor
 */
export function openDescriptor(
  option: string,
  text: string,
  look: (fd: number) => Pick<Stats, 'isDirectory' | 'isBlockDevice'> = fstatSync,
): number {
  const fd = /^\d{1,6}$/.test(text) ? Number(text) : null;
  if (fd === null) {
    throw new Failure(
      'usage',
      `${option} takes the number of an open descriptor, not ${JSON.stringify(text)}`,
      `Open it: ${option} 3 3<file`,
    );
  }
  try {
    // What it may be is not asked by name: on Windows Node’s isFIFO says no of every pipe (lib/internal/fs/utils.js).
    const stat = look(fd);
    if (!stat.isDirectory() && !stat.isBlockDevice()) return fd;
  } catch {
    // Said below.
  }
  throw unreadable(option, fd);
}

/**
 * The first line of an open descriptor, without its end; spaces are part of it. What follows is left unread.
 *
 * @param what "the passphrase", "the code"
 * @throws Failure `usage`: it cannot be read, or holds nothing, no text, or too much
 */
export async function lineFromDescriptor(option: string, fd: number, what: string): Promise<string> {
  let bytes: Buffer | null;
  try {
    bytes = await lineOfDescriptor(fd);
  } catch {
    throw unreadable(option, fd);
  }
  return textOf(bytes, `Descriptor ${fd}`, what);
}

function unreadable(option: string, fd: number): Failure {
  return new Failure(
    'usage',
    `Descriptor ${fd} could not be read. Nothing was changed.`,
    `Open it: ${option} ${fd} ${fd}<file`,
  );
}

/**
 * The first line that a shell command prints. What it says on stderr is shown, and it may ask the person itself.
 *
 * @throws Failure `failed`: it ended with an error; `usage`: it printed nothing, no text, or too much
 */
export async function lineFromCommand(command: string): Promise<string> {
  const child = spawn(command, { shell: true, stdio: ['inherit', 'pipe', 'inherit'] });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'an unknown end'));
  });
  const [bytes, end] = await Promise.all([
    firstLine(child.stdout).finally(() => child.stdout.resume()),
    ended.catch(() => 'no shell'),
  ]);
  if (end !== 0) {
    throw new Failure(
      'failed',
      `The command for the passphrase ended with ${end}. Nothing was changed.`,
      'Try the command alone; it has to print the passphrase as its first line',
    );
  }
  return textOf(bytes, 'The command', 'the passphrase');
}

/**
 * Reads no further than the line's end: what follows belongs to whoever reads next, and a read that is under way
 * would keep the process until the writer ends.
 *
 * @returns null: there is no line that short
 */
async function lineOfDescriptor(fd: number): Promise<Buffer | null> {
  const bytes = Buffer.alloc(MOST);
  for (let length = 0; length < MOST; length += 1) {
    const count = await readOne(fd, bytes, length);
    if (count === 0 || bytes[length] === NEWLINE) return bytes.subarray(0, length);
  }
  return null;
}

/** @returns 1; 0 at the end */
async function readOne(fd: number, into: Buffer, at: number): Promise<number> {
  for (;;) {
    try {
      return (await promisify(read)(fd, into, at, 1, null)).bytesRead;
    } catch (error) {
      // Another program made the descriptor non-blocking, and there is nothing in it yet.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      await pause(20);
    }
  }
}

/** @returns null: there is no line that short */
async function firstLine(stream: Readable): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const settle = (line: Buffer | null) => {
      stream.off('data', take);
      stream.pause();
      resolve(line);
    };
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf(NEWLINE);
      if (end >= 0) settle(bytes.subarray(0, end));
      else if (bytes.length > MOST) settle(null);
    };
    stream.on('data', take);
    stream.once('end', () => settle(bytes));
    stream.once('error', reject);
  });
}

function textOf(bytes: Buffer | null, from: string, what: string): string {
  const end = bytes === null || bytes.at(-1) !== 0x0d ? undefined : -1;
  const line = bytes === null || bytes.length > MOST ? null : decoded(bytes.subarray(0, end));
  const next = `Its first line has to be ${what}, as UTF-8`;
  if (line === null) {
    throw new Failure('usage', `${from} gave something that is not ${what}. Nothing was changed.`, next);
  }
  if (line === '') throw new Failure('usage', `${from} gave nothing. Nothing was changed.`, next);
  return line;
}

/** Bytes that are no UTF-8 would become others on their way, and never match again. */
function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
