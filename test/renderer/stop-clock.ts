import type { Page } from 'playwright-core';

/** Milliseconds that a busy machine may take between the two steps. */
const MARGIN = 60_000;

/**
 * Time goes on by hand alone, from `now` on. Until it is paused it runs, and it cannot be paused in its past: hence it
 * begins earlier.
 */
export async function stopClock({ clock }: Page, now: number): Promise<void> {
  await clock.install({ time: now - MARGIN });
  await clock.pauseAt(now);
}
