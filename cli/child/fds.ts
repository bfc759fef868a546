import { fstatSync } from 'node:fs';

const HIGHEST = 255;

/**
 * Open descriptors that a command line names as /dev/fd/N, as a shell's `<(…)` does. Node may mark
 * the low ones to be closed in a child, so these have to be passed on by number.
 */
export function inheritedFds(words: readonly string[], isOpen = isOpenFd): readonly number[] {
  const named = words.flatMap((word) =>
    [...word.matchAll(/\/(?:dev|proc\/self)\/fd\/(\d{1,3})(?!\d)/g)].map((match) => Number(match[1])),
  );
  return [...new Set(named)].filter((fd) => fd > 2 && fd <= HIGHEST && isOpen(fd));
}

/** The `stdio` of a child with these at their numbers. The others are as Node leaves them: 'ignore' above 2 closes none. */
export function stdioWith<T>(first: readonly T[], at: ReadonlyMap<number, T>): (T | 'ignore')[] {
  const length = Math.max(first.length, ...[...at.keys()].map((fd) => fd + 1));
  return Array.from({ length }, (_, fd) => at.get(fd) ?? first[fd] ?? 'ignore');
}

function isOpenFd(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}
