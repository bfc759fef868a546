import type { AppView, ScopeView } from '../preload/contract.ts';
import { filterGroups } from './filter.ts';
import { type ListGroup, listGroup, rowsOf } from './rows.ts';
import type { TrayStore } from './store.svelte.ts';

/** Rows that are drawn at once: more than a window shows, few enough for one frame. */
export const PORTION = 14;

/** Which rows the filter leaves, and how many of them are on the page. */
export class ShownRows {
  #filter = $state('');
  /** How many rows are drawn; the rest follows when the end comes near. */
  #reach = $state(PORTION);
  readonly #store: TrayStore;

  constructor(store: TrayStore) {
    this.#store = store;
  }

  /** Made once per view: a key in the filter only looks through them. */
  readonly #listed = $derived.by(() => (this.#store.view?.groups ?? []).map(listGroup));
  groups = $derived.by(() => filterGroups(this.#listed, this.filter, whose(this.#store.view)));
  rows = $derived(this.groups.flatMap(rowsOf));

  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text;
    this.#reach = PORTION;
  }

  /** What is on the page of `groups`. */
  drawn = $derived.by(() => {
    let left = this.#reach;
    const take = (scopes: ScopeView[]) => {
      const taken = scopes.slice(0, left);
      left -= taken.length;
      return taken;
    };
    return this.groups.flatMap((group): ListGroup[] => {
      const drawn = {
        ...group,
        scopes: take(group.scopes),
        others: group.others
          .map((one) => ({ ...one, scopes: take(one.scopes) }))
          .filter(({ scopes }) => scopes.length > 0),
      };
      return rowsOf(drawn).length === 0 ? [] : [drawn];
    });
  });

  get whole(): boolean {
    return this.#reach >= this.rows.length;
  }

  drawMore(): void {
    this.#reach += PORTION;
  }

  /** @returns false when the row is drawn already */
  drawTo(index: number): boolean {
    if (index < this.#reach) return false;
    this.#reach = index + PORTION;
    return true;
  }

  total = $derived(this.#listed.reduce((sum, group) => sum + rowsOf(group).length, 0));

  /** "2 of 6 scopes" while a filter is on, for ears; else empty. */
  get matches(): string {
    return this.filter === '' ? '' : `${this.rows.length} of ${this.total} scopes`;
  }
}

/** The default account's name, where it tells rows apart. */
function whose(view: AppView | null): string | null {
  return view?.groups.some(({ others }) => others !== undefined) === true
    ? (view.account?.username ?? null)
    : null;
}
