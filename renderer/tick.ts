import type { AppView } from '../preload/contract.ts';

/** Below this, time left is shown in seconds or is about to be. */
const CLOSE = 2 * 60_000;
const SECOND = 1_000;
/** Minutes are shown as "3 min": fifteen seconds late is soon enough, and the processor may sleep. */
const CALM = 15_000;

/**
 * Milliseconds until the shown times have to be read again.
 * @param now milliseconds since the epoch, by main's clock
 */
export function tickDelay(view: AppView, now: number): number {
  if (view.clipboard !== null || view.signIn.phase === 'waiting') return SECOND;
  const ends = ({ expiresAt }: { expiresAt: number | null }) =>
    expiresAt !== null && expiresAt > now && expiresAt - now < CLOSE;
  const close = view.groups.some(
    ({ scopes, others = [] }) => scopes.some(ends) || others.some(({ tokens }) => tokens.some(ends)),
  );
  return close ? SECOND : CALM;
}
