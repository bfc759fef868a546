import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** What the commands ask of the system about processes. */
export interface ProcessReads {
  readonly platform: NodeJS.Platform;
  /** A whole file. @throws when it cannot be read */
  readonly readFile: (path: string) => string;
  /** Owner of a file. @throws when there is none */
  readonly ownerOf: (path: string) => number;
  /** Standard output of a program that ends with 0. @throws otherwise */
  readonly run: (program: string, args: readonly string[]) => string;
}

export interface RunningProcess {
  readonly uid: number;
  /** Of its command line; where it comes from ps(1), cut at every space. */
  readonly words: readonly string[];
}

/** Whether the process is in its terminal's foreground group; false where that cannot be told. */
export function inForeground(pid: number, reads: ProcessReads): boolean {
  try {
    const [group, foreground] =
      reads.platform === 'linux' ? groupsOfProc(pid, reads) : groupsOfPs(pid, reads);
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}

/** @returns null when there is no such process, or it cannot be looked at */
export function runningProcess(pid: number, reads: ProcessReads): RunningProcess | null {
  try {
    if (reads.platform !== 'linux') return processOfPs(pid, reads);
    const words = reads.readFile(`/proc/${pid}/cmdline`).split('\0');
    return { uid: reads.ownerOf(`/proc/${pid}`), words };
  } catch {
    return null;
  }
}

/** The system itself. */
export const systemReads: ProcessReads = {
  platform: process.platform,
  readFile: (path) => readFileSync(path, 'latin1'),
  ownerOf: (path) => statSync(path).uid,
  run: (program, args) =>
    execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
};

/** Fields 5 and 8 of /proc/<pid>/stat (proc(5)): pgrp and tpgid. */
function groupsOfProc(pid: number, { readFile }: ProcessReads): (string | undefined)[] {
  const stat = readFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [fields[2], fields[5]];
}

/**
 * macOS has no /proc. `=` leaves the heading out, and the numbers stand on the right of their columns (ps(1)). A
 * process without a terminal has 0 or -1 as the foreground group, which is nobody's own.
 */
function groupsOfPs(pid: number, { run }: ProcessReads): (string | undefined)[] {
  return run('ps', ['-o', 'pgid=,tpgid=', '-p', String(pid)])
    .trim()
    .split(/\s+/);
}

function processOfPs(pid: number, { run }: ProcessReads): RunningProcess | null {
  const [, uid, args] = /^\s*(\d+)\s+(.*)$/m.exec(run('ps', ['-o', 'uid=,args=', '-p', String(pid)])) ?? [];
  return uid === undefined || args === undefined ? null : { uid: Number(uid), words: args.split(/\s+/) };
}
