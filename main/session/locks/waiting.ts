import type { Clock } from '../../effects.ts';
import type { LockAttempt, LockHolder } from './types.ts';

/** Milliseconds that `during` waits for somebody else's short work. */
export const DURING_LIMIT = 10_000;

/** A lock that stayed taken for longer than anybody holds it for something short. */
export class LockBusyError extends Error {
  override readonly name = 'LockBusyError';
  readonly holder: LockHolder | null;

  constructor(lock: string, holder: LockHolder | null) {
    const who =
      holder === null
        ? 'by whom cannot be told'
        : `by process ${holder.pid} on ${holder.host} (${holder.kind}) since ${timeOf(holder.since)}`;
    super(`the lock "${lock}" was still held after ${DURING_LIMIT / 1_000} s, ${who}`);
    this.holder = holder;
  }
}

/** Tries again with growing pauses. They are counted instead of the clock, which can jump. */
export async function waitForLock(
  attempt: () => LockAttempt,
  clock: Clock,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<LockAttempt> {
  let last: LockAttempt = { kind: 'taken', holder: null };
  let left = milliseconds;
  for (let pause = 10; signal?.aborted !== true; pause = Math.min(pause * 2, 200)) {
    last = attempt();
    if (last.kind === 'held' || left <= 0) return last;
    await pauseOf(Math.min(pause, left), clock, signal);
    left -= pause;
  }
  return last;
}

/** @throws LockBusyError after DURING_LIMIT; what `run` throws, after the release. */
export function duringLock<T>(
  name: string,
  attempt: () => LockAttempt,
  sleep: (milliseconds: number) => void,
  run: () => T,
): T {
  let tried = attempt();
  let left = DURING_LIMIT;
  for (let pause = 1; tried.kind === 'taken'; pause = Math.min(pause * 2, 20)) {
    if (left <= 0) throw new LockBusyError(name, tried.holder);
    sleep(pause);
    left -= pause;
    tried = attempt();
  }
  try {
    return run();
  } finally {
    tried.lock.release();
  }
}

function pauseOf(milliseconds: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(milliseconds, done);
    signal?.addEventListener('abort', done);
    function done(): void {
      stop();
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}

function timeOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString();
}
