import { session } from 'electron';
import { PAGE_SCHEME, servePage } from './page-protocol.ts';
import { hardenSession } from './security.ts';

/** Without `persist:` the page's session lives in memory: no storage, cookie or cache of it on the disk. */
export const PAGE_PARTITION = 'tray-page';
/** The prompt's own, so that the two pages can neither find nor message each other. */
export const PROMPT_PARTITION = 'tray-prompt';

/**
 * Each page's own session serves the built pages and nothing else. The default session, which any page made
 * by mistake would get, is closed the same way and serves nothing at all.
 */
export function setupPageSession(root: string): void {
  for (const partition of [PAGE_PARTITION, PROMPT_PARTITION]) {
    const page = session.fromPartition(partition);
    page.protocol.handle(PAGE_SCHEME, servePage(root));
    hardenSession(page);
  }
  hardenSession(session.defaultSession);
}
