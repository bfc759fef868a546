import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';

const CHUNK = 1024 * 1024;

/**
 * Puts the bytes of `from` in the place of the program `to`, whole or not at all: the copy is written beside it and
 * hashed on the way, because a file that was checked when it came may have been changed since. Synchronous: it runs
 * while the app quits.
 *
 * @param sha512 base64
 * @throws Error when the bytes are not those, or cannot be written; `to` is then as it was
 */
export function replaceFile(from: string, to: string, sha512: string): void {
  const place = realpathSync(to);
  const beside = `${place}.update`;
  rmSync(beside, { force: true });
  try {
    if (copyHashed(from, beside, statSync(place).mode) !== sha512) {
      throw new Error('the downloaded file was changed after it had been checked');
    }
    renameSync(beside, place);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** @returns the SHA-512 of what was written, base64 */
function copyHashed(from: string, to: string, mode: number): string {
  const hash = createHash('sha512');
  const chunk = Buffer.alloc(CHUNK);
  const source = openSync(from, 'r');
  // Made new: a link that somebody laid there is not followed.
  const target = openSync(to, 'wx', 0o700);
  try {
    for (;;) {
      const length = readSync(source, chunk);
      if (length === 0) break;
      const part = chunk.subarray(0, length);
      hash.update(part);
      for (let written = 0; written < length;) written += writeSync(target, part, written);
    }
    fchmodSync(target, (mode & 0o777) | 0o100);
    fsyncSync(target);
  } finally {
    closeSync(source);
    closeSync(target);
  }
  return hash.digest('base64');
}

/** Half a minute for the process to end. */
const WAIT =
  'tries=0; while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 300 ]; do sleep 0.1; tries=$((tries+1)); done';
/** Of the AppImage that ends: its successor has its own. */
const MOUNTED = ['APPIMAGE', 'APPDIR', 'ARGV0', 'OWD'];

/**
 * Starts a program once a process has ended. Electron's `relaunch` cannot: its helper runs from the AppImage's mount,
 * which ends with the app (electron-builder issue 1727).
 */
export function startAfter(pid: number, program: string, args: readonly string[]): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !MOUNTED.includes(name)));
  const script = `${WAIT}; shift; exec "$@"`;
  spawn('/bin/sh', ['-c', script, 'sh', String(pid), program, ...args], {
    cwd: '/',
    env,
    detached: true,
    stdio: 'ignore',
  }).unref();
}
