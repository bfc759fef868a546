import type { ScopeGroupView, ScopeView } from '../../preload/contract.ts';
import { listGroup, rowsOf } from '../rows.ts';

/** One row with the words by which it is found, lower case. */
export interface Entry {
  row: ScopeView;
  name: string;
  /** Of the name: "view", "flows". */
  nameWords: readonly string[];
  words: readonly string[];
  /** Everything, for what stands in the middle of a word. */
  text: string;
}

/** @param username of the default account: its rows don't carry it */
export function entriesOf(groups: readonly ScopeGroupView[], username: string): Entry[] {
  return groups.flatMap((group) =>
    rowsOf(listGroup(group)).map((row) => entryOf(row, group.title, username)),
  );
}

function entryOf(row: ScopeView, service: string, username: string): Entry {
  const name = (row.flow?.title ?? row.name).toLowerCase();
  const whose = (row.account?.username ?? username).toLowerCase();
  const rest = [row.definition, row.scope, service].join(' ').toLowerCase();
  const nameWords = wordsOf(name);
  // Not the middle of an account's name: it would find whatever it has.
  const text = [name, row.name.toLowerCase(), rest].join(' ');
  return { row, name, nameWords, words: [...nameWords, whose, ...wordsOf(`${whose} ${rest}`)], text };
}

/**
 * What holds every word of the text: names that begin with it first, then those with words that begin so, then words
 * of anything else, then the middle of words. Among equals, and where the text is empty, the last copied come first;
 * then the order is the list's.
 *
 * @param recent scope strings, the last copied first
 */
export function rank(entries: readonly Entry[], text: string, recent: readonly string[]): ScopeView[] {
  const query = text.trim().toLowerCase();
  const words = query.split(/\s+/).filter(Boolean);
  const place = new Map(recent.map((scope, index) => [scope, index]));
  return entries
    .map((entry) => ({ row: entry.row, tier: tierOf(entry, query, words) }))
    .filter((found): found is { row: ScopeView; tier: number } => found.tier !== null)
    .sort((one, other) => one.tier - other.tier || at(place, one.row) - at(place, other.row))
    .map(({ row }) => row);
}

/** Null: it does not match. */
function tierOf(entry: Entry, query: string, words: readonly string[]): number | null {
  if (entry.name.startsWith(query)) return 0;
  if (words.every((word) => beginsOne(entry.nameWords, word) || entry.name.startsWith(word))) return 1;
  if (words.every((word) => beginsOne(entry.words, word))) return 2;
  return words.every((word) => entry.text.includes(word)) ? 3 : null;
}

function beginsOne(words: readonly string[], start: string): boolean {
  return words.some((word) => word.startsWith(start));
}

function at(place: ReadonlyMap<string, number>, { scope }: ScopeView): number {
  return place.get(scope) ?? place.size;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}
