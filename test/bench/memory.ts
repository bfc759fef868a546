import { readFile, readdir } from 'node:fs/promises';

/**
 * Proportional memory of a process and all its descendants, MiB: pages that several of them share count
 * once. Linux only (/proc/<pid>/smaps_rollup).
 */
export async function treeMemory(root: number): Promise<number> {
  const pids = await treePids(root);
  const kibibytes = await Promise.all(pids.map(proportionalSize));
  // Of an agent without a window only root can see it (main/host/harden.ts); nothing would be within every budget.
  if (kibibytes[0] === 0) throw new Error(`the memory of process ${root} cannot be read; run this as root`);
  return kibibytes.reduce((total, size) => total + size, 0) / 1024;
}

/** A process and all its descendants. */
export async function treePids(root: number): Promise<number[]> {
  return descendants(root, await parents());
}

/** pid → parent's pid, of every process. */
async function parents(): Promise<Map<number, number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const pairs = await Promise.all(
    pids.map(async (pid): Promise<[number, number]> => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // The name in parentheses may hold spaces and parentheses itself.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [pid, Number(parent ?? 0)];
    }),
  );
  return new Map(pairs);
}

export function descendants(root: number, parentOf: ReadonlyMap<number, number>): number[] {
  const children = [...parentOf].filter(([, parent]) => parent === root).map(([pid]) => pid);
  return [root, ...children.flatMap((pid) => descendants(pid, parentOf))];
}

async function proportionalSize(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
}
