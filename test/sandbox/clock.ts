import type { SandboxClock } from './types.ts';

/** Real time plus an offset, so that six months can pass in one test while sockets keep working. */
export function createClock(startAt?: number): SandboxClock {
  let offset = startAt === undefined ? 0 : startAt - Date.now();
  return {
    now: () => Date.now() + offset,
    advance(milliseconds) {
      offset += milliseconds;
    },
  };
}
