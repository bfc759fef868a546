import { session } from 'electron';
import { PAGE_SCHEME, servePage } from './page-protocol.ts';
import { hardenSession } from './security.ts';

/** Without `persist:` the page's session lives in memory: no storage, cookie or cache of it on the disk. */
export const PAGE_PARTITION = 'tray-page';
/** The prompt's own, so that the two pages can neither find nor message each other. */
export const PROMPT_PARTITION = 'tray-prompt';

/**
 * Each page's own session serves the built pages and nothing else. The default session is closed as well
 * (`hardenContents`).
 *
 * @returns prepares one page's session; to be called before its first window. A session costs memory in two
 *   processes, so an app that stays in the tray makes none.
 */
export function pageSessions(root: string): (partition: string) => void {
  const serve = servePage(root);
  const made = new Set<string>();
  return (partition) => {
    if (made.has(partition)) return;
    made.add(partition);
    const page = session.fromPartition(partition);
    // `handle`, which Electron would rather see (and which is slow: electron#42612), makes Node load all of fetch() for its
    // first request: 30 ms in which the window's own process is not begun. This one was kept beside it for 20 versions.
    page.protocol.registerBufferProtocol(PAGE_SCHEME, (request, callback) => {
      void serve(request).then(callback);
    });
    hardenSession(page);
  };
}
