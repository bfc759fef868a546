import { openHandles, watchProcess } from './process-health.ts';
import type { FuzzResult } from './run.ts';

/** Enough to see what is wrong. */
export const MOST_VIOLATIONS = 20;

/**
 * Runs a fuzz run while this process is watched: what nobody caught, and what stays open, is a violation as well.
 *
 * @param violations of the run; added to
 * @param where of the moment, for what nobody caught
 */
export async function watched(
  run: () => Promise<FuzzResult>,
  violations: string[],
  where: () => string,
): Promise<FuzzResult> {
  const before = await openHandles.atFirst();
  const stop = watchProcess((what) => violations.push(`${what} (${where()})`));
  try {
    const result = await run();
    const left = await openHandles.left(before);
    if (left.length > 0) violations.push(`handles or files stay open: ${left.join(', ')}`);
    return result;
  } finally {
    stop();
  }
}

export function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
