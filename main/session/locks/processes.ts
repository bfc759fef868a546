import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who this process is, in terms that another process, perhaps on another machine, can check. */
export interface OwnProcess {
  readonly pid: number;
  readonly host: string;
  /** When it started, as `Processes.startOf` gives it. */
  readonly started: string;
  /**
   * Hexadecimal; equal only where both see the same process table. More than the host name: nodes that share
   * a home may all be called "localhost", and containers of one host number their processes apart.
   */
  readonly machine: string;
}

/** `null`: there is no such process (or only its corpse); "0": there is one, its start cannot be told. */
export type StartOf = (pid: number) => string | null;

export interface Processes {
  readonly own: OwnProcess;
  readonly startOf: StartOf;
}

export function systemProcesses(platform: NodeJS.Platform = process.platform): Processes {
  const startOf = platform === 'linux' ? startOnLinux : startElsewhere;
  const host = hostname();
  const place = platform === 'linux' ? [bootId(), processNamespace()] : [];
  const machine = createHash('sha256')
    .update([host, ...place].join('\n'))
    .digest('hex')
    .slice(0, 16);
  return { own: { pid: process.pid, host, started: startOf(process.pid) ?? '0', machine }, startOf };
}

/** Clock ticks since boot, field 22 of /proc/<pid>/stat (proc(5)); zombies and dead ones are gone. */
function startOnLinux(pid: number): string | null {
  const text = readOr(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === null) return startElsewhere(pid);
  // The name in parentheses may hold anything, so the fields are counted from its end.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return /^[ZXx]$/.test(fields[0] ?? '') ? null : (fields[19] ?? '0');
}

/** Signal 0 asks only whether it is there; EPERM means that it is, and is somebody else's. */
function startElsewhere(pid: number): string | null {
  try {
    process.kill(pid, 0);
    return '0';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? null : '0';
  }
}

function bootId(): string {
  return readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '';
}

function processNamespace(): string {
  return readOr(() => readlinkSync('/proc/self/ns/pid')) ?? '';
}

function readOr(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
