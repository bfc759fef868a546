import type { Session } from 'electron';
import type { Feed } from './feed.ts';

/** Of every request: no version, no system, nothing that tells one copy from another. */
export const USER_AGENT = 'Globus-Token-Tray';

/** Where electron-updater itself sends its requests from (electronHttpExecutor.js); in memory, without a cache. */
export const UPDATE_PARTITION = 'electron-updater';

/** What may leave through the updater's session, redirects among it, and what it says of us. */
export function quietSession(session: Pick<Session, 'setUserAgent' | 'webRequest'>, feed: Feed): void {
  // The languages of a system are nobody's business; without this Chromium sends them.
  session.setUserAgent(USER_AGENT, 'en');
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    callback({ cancel: !feed.allows(url) });
  });
}
