import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../effects.ts';
import { createFlock, systemFlock } from './flock.ts';
import type { LockFile } from './lock-file.ts';
import { systemProcesses, type Processes } from './processes.ts';
import { createWindowsLock, systemWindowsCalls } from './windows-lock.ts';

export interface LockEffects {
  readonly clock: Clock;
  readonly lockFile: LockFile;
  readonly processes: Processes;
  /** Hexadecimal, new every time. */
  readonly random: () => string;
  /** Sets the file's modification time to now. @throws ENOENT when the file is not there (any more). */
  readonly touch: (path: string) => void;
  /** Milliseconds during which nothing else runs in this thread. */
  readonly sleep: (milliseconds: number) => void;
}

/** The locks of this system. Loads nothing native until the first lock is tried. */
export function systemLockEffects(clock: Clock, platform: NodeJS.Platform = process.platform): LockEffects {
  const windows = platform === 'win32';
  return {
    clock,
    lockFile: windows ? createWindowsLock(systemWindowsCalls) : createFlock(systemFlock(platform)),
    processes: systemProcesses(platform),
    random: () => randomBytes(8).toString('hex'),
    touch: rewriteFirstByte,
    sleep,
  };
}

/**
 * A write, not utimes: on NFS the time is then the server's, the same for all machines that share the home,
 * whatever their own clocks say. Every note starts with this byte, so nothing changes.
 */
function rewriteFirstByte(path: string): void {
  const fd = openSync(path, 'r+');
  try {
    writeSync(fd, '{', 0);
  } finally {
    closeSync(fd);
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
