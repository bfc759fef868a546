import type { Session } from 'electron';
import type { Fetch } from '../effects.ts';

/**
 * Chromium's network stack for the agent: system proxy and certificate store. From a session of its own that
 * lives in memory, so that no cookie and no cached answer (a token response) reaches the disk. It is made by the first request.
 */
export function sessionFetch(session: () => Pick<Session, 'fetch'>): Fetch {
  return (input, init) =>
    session().fetch(input instanceof URL ? input.href : input, {
      ...init,
      credentials: 'omit',
      cache: 'no-store',
    });
}
