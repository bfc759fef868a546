import type { KeyObject } from 'node:crypto';
import { parseFeed, type Feed } from './feed.ts';
import { parseKey } from './signature.ts';

/** Put in by the build (scripts/update-build.mjs); empty in a build that does not update itself. */
declare const __UPDATE_FEED__: string;
declare const __UPDATE_KEY__: string;
declare const __UPDATE_PUBLISHER__: string;

export interface UpdateSource {
  feed: Feed;
  /** Of the holder of the release key. */
  key: KeyObject;
  /** Whose Authenticode signature a Windows installer must carry; null: none is asked for. */
  publisher: string | null;
}

/** Null: this build does not update itself. */
export function compiledSource(): UpdateSource | null {
  const feed = parseFeed(__UPDATE_FEED__);
  const key = parseKey(__UPDATE_KEY__);
  const publisher = __UPDATE_PUBLISHER__ === '' ? null : __UPDATE_PUBLISHER__;
  return feed === null || key === null ? null : { feed, key, publisher };
}
