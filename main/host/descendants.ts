import { readFileSync, readdirSync } from 'node:fs';

/**
 * Processes that this one started, and those that they started (proc(5), /proc/<pid>/task/<tid>/children). What ends
 * meanwhile is left out; empty where there is no such file.
 */
export function descendants(of = process.pid): number[] {
  const children = threadsOf(of).flatMap((thread) => childrenOf(of, thread));
  return [...children, ...children.flatMap((child) => descendants(child))];
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function childrenOf(pid: number, thread: string): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
