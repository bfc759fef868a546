import { badQuery } from './errors.ts';
import { isUuid } from './values.ts';

/**
 * A comma-separated list from a fixed set. Undefined when the parameter is absent; an empty list and unknown
 * words are errors (GLOBUS.md §4.2). `normalize` maps the accepted spellings onto the fixed set.
 */
export function wordsOf<T extends string>(
  query: URLSearchParams,
  name: string,
  allowed: readonly T[],
  normalize: (word: string) => string = (word) => word,
): readonly T[] | undefined {
  const raw = query.getAll(name);
  if (raw.length === 0) return undefined;
  const words = raw.flatMap((value) => value.split(',')).map((word) => word.trim());
  return words.map((word) => {
    const match = allowed.find((candidate) => candidate === normalize(word));
    if (match === undefined) {
      throw badQuery(name, `'${word}' is not one of ${allowed.map((value) => `'${value}'`).join(', ')}`);
    }
    return match;
  });
}

/** A comma-separated list of UUIDs, at most `limit` of them. */
export function uuidsOf(query: URLSearchParams, name: string, limit = 100): readonly string[] | undefined {
  const raw = query.getAll(name);
  if (raw.length === 0) return undefined;
  const ids = raw.flatMap((value) => value.split(',')).map((id) => id.trim().toLowerCase());
  const bad = ids.find((id) => !isUuid(id));
  if (bad !== undefined) throw badQuery(name, `'${bad}' is not a valid UUID`);
  if (ids.length > limit) throw badQuery(name, `ensure this value has at most ${limit} items`);
  return ids;
}

export function integerOf(
  query: URLSearchParams,
  name: string,
  bounds: { min: number; max: number; fallback: number },
): number {
  const raw = query.get(name);
  if (raw === null) return bounds.fallback;
  const value = Number(raw);
  if (!/^\d+$/.test(raw) || value < bounds.min || value > bounds.max) {
    throw badQuery(name, `ensure this value is an integer from ${bounds.min} to ${bounds.max}`);
  }
  return value;
}

/** The Python SDK writes `True`, the JavaScript SDK `true`. */
export function booleanOf(query: URLSearchParams, name: string): boolean {
  const raw = query.get(name)?.toLowerCase();
  if (raw === undefined || raw === 'false' || raw === '0') return false;
  if (raw === 'true' || raw === '1') return true;
  throw badQuery(name, 'value could not be parsed to a boolean');
}

/** Lower-cased text to search for; undefined when absent or blank. */
export function textFilterOf(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name)?.trim().toLowerCase();
  return text === undefined || text === '' ? undefined : text;
}

export interface TimeRange {
  /** Milliseconds since the epoch, both ends included. */
  from: number;
  to: number;
}

/** `FROM,TO` in ISO 8601; either side may be empty, not both. */
export function timeRangeOf(query: URLSearchParams, name: string): TimeRange | undefined {
  const raw = query.get(name);
  if (raw === null) return undefined;
  const parts = raw.split(',').map((part) => part.trim());
  const [from = '', to = ''] = parts;
  // A `+` that was not percent-encoded arrives as a space.
  const start = from === '' ? -Infinity : Date.parse(from.replace(' ', '+'));
  const end = to === '' ? Infinity : Date.parse(to.replace(' ', '+'));
  if (parts.length !== 2 || (from === '' && to === '') || Number.isNaN(start) || Number.isNaN(end)) {
    throw badQuery(name, 'expected FROM,TO with ISO 8601 timestamps');
  }
  return { from: start, to: end };
}

export function isWithin(time: number | null, range: TimeRange | undefined): boolean {
  if (range === undefined) return true;
  return time !== null && time >= range.from && time <= range.to;
}

/** What an item is sorted by; numbers by size, texts by code point. */
export type SortKeys<T> = Readonly<Record<string, (item: T) => string | number>>;

/**
 * Sorts by `orderby`: `FIELD ASC` or `FIELD DESC`, comma-joined or repeated (GLOBUS.md §4.2). Without a
 * direction the order is ascending. Unknown fields and directions are errors.
 */
export function sorted<T>(
  items: readonly T[],
  query: URLSearchParams,
  keys: SortKeys<T>,
  fallback: string,
): T[] {
  const given = query.getAll('orderby');
  const terms = (given.length === 0 ? [fallback] : given).flatMap((value) => value.split(','));
  const order = terms.map((term) => {
    const match = /^(\w+)(?: +(ASC|DESC))?$/i.exec(term.trim());
    const key = match?.[1] === undefined || !Object.hasOwn(keys, match[1]) ? undefined : keys[match[1]];
    if (key === undefined) {
      throw badQuery(
        'orderby',
        `'${term}' is not FIELD ASC|DESC with one of ${Object.keys(keys).join(', ')}`,
      );
    }
    return { key, sign: match?.[2]?.toUpperCase() === 'DESC' ? -1 : 1 };
  });
  return [...items].sort((left, right) => {
    for (const { key, sign } of order) {
      const [a, b] = [key(left), key(right)];
      if (a !== b) return a < b ? -sign : sign;
    }
    return 0;
  });
}
