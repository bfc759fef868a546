import type { BigIntStats } from 'node:fs';

/** File systems stamp with a coarse clock: a file this young may change again without a new stamp. */
const SETTLED_MS = 1_000;

/**
 * Names what a file is: the same name later means the same file and contents, permissions and owner included, by the
 * change time (ctime), which no unprivileged call can set. Null while the file is too young for that.
 *
 * @param now milliseconds since the epoch
 */
export function settledStamp(stat: BigIntStats, now: number): string | null {
  return now - Number(stat.ctimeMs) < SETTLED_MS ? null : stampOf(stat);
}

/** As `settledStamp`, of any age: good for finding one that was kept, and not for keeping it. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
