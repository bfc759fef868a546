import type { Clock } from '../effects.ts';

/** Longest delay that a Node timer takes; a longer one would fire at once. */
const MAX_DELAY = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(Math.max(milliseconds, 0), MAX_DELAY));
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
