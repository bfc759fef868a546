import { badQuery } from './errors.ts';
import { integerOf } from './query.ts';

/** The arguments of a list call: those of the query, or those that its marker carries. */
export interface ListArguments {
  path: string;
  query: URLSearchParams;
  /** Where the previous page ended: its last item, and how many items came before this page. */
  after: { key: string; count: number } | null;
}

/**
 * Opens a list call. With a marker every other argument is ignored, because the marker encodes them; it is
 * opaque to clients (GLOBUS.md §4.2). `pagination_token` is its deprecated name.
 */
export function listArguments(path: string, query: URLSearchParams): ListArguments {
  const marker = query.get('marker') ?? query.get('pagination_token');
  if (marker === null) return { path, query, after: null };
  const opened = openMarker(marker);
  if (opened === undefined || opened.path !== path) throw badQuery('marker', 'Invalid marker');
  return opened;
}

export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  marker: string | null;
}

/**
 * Cuts one page out of the sorted list. The page starts after the last item of the previous one, so that
 * items added or removed in between neither repeat nor hide others; if that item is gone, it counts.
 */
export function pageOf<T>(
  sortedItems: readonly T[],
  keyOf: (item: T) => string,
  list: ListArguments,
  size: number,
): Page<T> {
  const start = list.after === null ? skipped(list, size) : startAfter(sortedItems, keyOf, list.after);
  const items = sortedItems.slice(start, start + size);
  const last = items.at(-1);
  const more = start + size < sortedItems.length;
  return {
    items,
    marker:
      more && last !== undefined
        ? sealMarker({ ...list, after: { key: keyOf(last), count: start + items.length } })
        : null,
  };
}

export function pageSize(query: URLSearchParams, fallback: number, name = 'per_page'): number {
  return integerOf(query, name, { min: 1, max: 100, fallback });
}

/** Numbered pages exist beside markers; only the first call of a list can name one. */
function skipped(list: ListArguments, size: number): number {
  return (integerOf(list.query, 'page', { min: 1, max: 100_000, fallback: 1 }) - 1) * size;
}

function startAfter<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  after: { key: string; count: number },
): number {
  const index = items.findIndex((item) => keyOf(item) === after.key);
  return index === -1 ? after.count : index + 1;
}

function sealMarker(list: ListArguments): string {
  const text = JSON.stringify([list.path, list.query.toString(), list.after?.key, list.after?.count]);
  return Buffer.from(text, 'utf8').toString('base64url');
}

function openMarker(marker: string): ListArguments | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString('utf8'));
    const fields: unknown[] = Array.isArray(parsed) ? parsed : [];
    const [path, query, key, count] = fields;
    if (typeof path !== 'string' || typeof query !== 'string' || typeof key !== 'string') return undefined;
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) return undefined;
    return { path, query: new URLSearchParams(query), after: { key, count } };
  } catch {
    return undefined;
  }
}

/** The last fields of flow, run and registered API lists (GLOBUS.md §4.4). */
export function pageFields(page: Page<unknown>): {
  limit: number;
  has_next_page: boolean;
  marker: string | null;
} {
  return { limit: page.items.length, has_next_page: page.marker !== null, marker: page.marker };
}
