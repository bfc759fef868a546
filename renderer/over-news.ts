import type { AppView } from '../preload/contract.ts';

type Standing = Pick<AppView, 'locked' | 'clipboard'>;

/**
 * What ears hear when something ends that was said when it began: the eye sees it go. Pure.
 * @param before null: this is the first view
 * @returns empty: something begins, and what was said is old; null: neither
 */
export function overNews(before: Standing | null, now: Standing): string | null {
  if (before === null) return null;
  if (before.locked && !now.locked) return 'Unlocked.';
  const { clipboard } = before;
  // It may have gone by a copy of the user's own. What holds no token stays there, unseen.
  if (clipboard !== null && clipboard.tokenFree !== true && now.clipboard === null)
    return `No longer on the clipboard: ${clipboard.what}.`;
  return now.locked !== before.locked || now.clipboard?.clearsAt !== clipboard?.clearsAt ? '' : null;
}
