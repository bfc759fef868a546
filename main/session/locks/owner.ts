import type { OwnProcess, Processes } from './processes.ts';

/** Milliseconds without a beat after which a holder that cannot be looked at counts as gone. */
export const ABANDONED = 30_000;

/**
 * The name of a holder's file: who it is, as far as others need it to judge whether it is still there. In
 * the name and not in the note, because a rename hands a note on for a moment, but never a name.
 */
export function ownerName(own: OwnProcess, random: string): string {
  return [own.machine, own.pid, own.started, random].join('-');
}

export interface Owner {
  readonly machine: string;
  readonly pid: number;
  readonly started: string;
}

/** Null for every name that `ownerName` does not make. */
export function ownerOf(name: string): Owner | null {
  const [, machine, pid, started] = /^([0-9a-f]{16})-(\d{1,10})-(\d{1,20})-[0-9a-f]+$/.exec(name) ?? [];
  if (machine === undefined || pid === undefined || started === undefined) return null;
  return { machine, pid: Number(pid), started };
}

/**
 * On the same machine the process table decides: a process that is gone is gone at once, and one that is
 * there (stopped, or just back from sleep with a late beat) keeps its lock, as it would keep a flock. Elsewhere,
 * and where a start time cannot be told, the beats decide. Times in milliseconds, by the file server's clock.
 */
export function isAbandoned(
  holder: { name: string; beat: number },
  now: number,
  processes: Processes,
): boolean {
  const owner = ownerOf(holder.name);
  if (owner?.machine === processes.own.machine) {
    const started = processes.startOf(owner.pid);
    if (started === null) return true;
    if (started !== '0' && owner.started !== '0') return started !== owner.started;
  }
  return now - holder.beat >= ABANDONED;
}
