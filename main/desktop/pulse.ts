import type { Clock } from '../effects.ts';

export interface Pulse {
  (): void;
  /** Drops the run that waits, and refuses those to come. */
  stop(): void;
}

/**
 * Runs at once when it was quiet before, else once when `gap` is over: never more often, and the last call is
 * never lost. A sign-in or a wake-up announces a dozen changes in a row; the page needs the last one.
 * @param gap milliseconds
 */
export function pulse(run: () => void, gap: number, clock: Pick<Clock, 'after'>): Pulse {
  let cancel: (() => void) | null = null;
  let again = false;
  let stopped = false;
  const beat = (): void => {
    if (stopped) return;
    if (cancel !== null) {
      again = true;
      return;
    }
    again = false;
    cancel = clock.after(gap, () => {
      cancel = null;
      if (again) beat();
    });
    run();
  };
  return Object.assign(beat, {
    stop: () => {
      stopped = true;
      cancel?.();
      cancel = null;
    },
  });
}
