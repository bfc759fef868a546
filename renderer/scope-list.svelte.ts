import { tick } from 'svelte';
import type { CopyFormat, ScopeView } from '../preload/contract.ts';
import { filterGroups } from './filter.ts';
import { FlowRuns } from './flow-runs.svelte.ts';
import type { KeyAction } from './keys.ts';
import { scopeLook } from './scope-look.ts';
import { SnippetChoices } from './snippet-choice.svelte.ts';
import { TestCalls } from './test-calls.svelte.ts';
import type { TrayStore } from './store.svelte.ts';

/** Moves the focus; the page's DOM in the app, a recorder in tests. */
export interface ListFocus {
  /** @param index position among the rows shown */
  row(index: number): void;
  filter(): void;
}

/** Rows that are drawn at once: more than a window shows, few enough for one frame. */
export const PORTION = 40;

/** The list of scopes: filter, which row is selected, which is open, and what its keys do. */
export class ScopeList {
  #filter = $state('');
  /** How many rows are drawn; the rest follows when the end comes near. */
  #reach = $state(PORTION);
  /** A full scope string, or null before anything was chosen by hand. */
  #chosen = $state<string | null>(null);
  open = $state<string | null>(null);
  /** The scopes that "Isolate" is asking about; null: it is not. */
  isolating = $state.raw<readonly ScopeView[] | null>(null);
  adding = $state(false);
  readonly snippets: SnippetChoices;
  readonly calls: TestCalls;
  readonly runs: FlowRuns;
  readonly #store: TrayStore;
  readonly #focus: ListFocus;

  constructor(store: TrayStore, focus: ListFocus) {
    this.#store = store;
    this.#focus = focus;
    this.snippets = new SnippetChoices(store);
    this.calls = new TestCalls(store);
    this.runs = new FlowRuns(store);
  }

  groups = $derived.by(() => filterGroups(this.#store.view?.groups ?? [], this.filter));
  rows = $derived(this.groups.flatMap((group) => group.scopes));

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
    return this.groups.flatMap((group) => {
      const scopes = group.scopes.slice(0, left);
      left -= scopes.length;
      return scopes.length === 0 ? [] : [{ ...group, scopes }];
    });
  });

  get whole(): boolean {
    return this.#reach >= this.rows.length;
  }

  drawMore(): void {
    this.#reach += PORTION;
  }
  total = $derived.by(() =>
    (this.#store.view?.groups ?? []).reduce((sum, group) => sum + group.scopes.length, 0),
  );

  /** "2 of 6 scopes" while a filter is on, for ears; else empty. */
  get matches(): string {
    return this.filter === '' ? '' : `${this.rows.length} of ${this.total} scopes`;
  }

  /** The row that `c` and `h` act on: the chosen one while it is shown, else the first. */
  selected = $derived(this.rows.find(({ scope }) => scope === this.#chosen) ?? this.rows[0] ?? null);

  /** Signed-in scopes whose token can do more: what "Isolate all" is about. */
  shared = $derived.by(() =>
    (this.#store.view?.groups ?? [])
      .flatMap((group) => group.scopes)
      .filter(({ isolated, alsoAllows }) => !isolated && alsoAllows.length > 0),
  );

  select(scope: string): void {
    this.#chosen = scope;
  }

  toggle(scope: string): void {
    this.#chosen = scope;
    this.open = this.open === scope ? null : scope;
  }

  /** Copies when the row's state allows it. */
  async copy(scope: ScopeView, format: CopyFormat): Promise<void> {
    if (scopeLook(scope, this.#store.now).action !== 'copy') return;
    if (format === 'header') await this.#store.copy(scope.scope, format);
    else {
      const recipe = this.snippets.recipeOf(scope)?.id;
      await this.#store.copy(scope.scope, format, recipe, this.snippets.extras(scope));
    }
  }

  /** Opens the chooser with what works now and this scope ticked. */
  ask(scope: ScopeView): void {
    const ticked = (this.#store.view?.groups ?? [])
      .flatMap((group) => group.scopes)
      .filter((row) => row.state !== 'needs-sign-in' || row.scope === scope.scope);
    this.#store.choose(ticked.map((row) => row.scope));
  }

  /**
   * @param focused position of the row that has the focus, -1 when none has
   * @returns false when the key means nothing here, so that the browser may have it
   */
  press(action: KeyAction, focused: number): boolean {
    switch (action) {
      case 'next':
        return this.#move(focused + 1);
      case 'previous':
        return focused === 0
          ? this.#toFilter()
          : this.#move(focused < 0 ? this.rows.length - 1 : focused - 1);
      case 'first':
        return this.#move(0);
      case 'last':
        return this.#move(this.rows.length - 1);
      case 'copy-curl':
      case 'copy-header': {
        const row = this.selected;
        if (row !== null) void this.copy(row, action === 'copy-curl' ? 'curl' : 'header');
        return row !== null;
      }
      case 'collapse':
        return this.#collapse();
      case 'filter':
        return this.#toFilter();
      case 'add':
        this.adding = true;
        return true;
      case 'help':
      case 'close':
        return false;
    }
  }

  #move(index: number): boolean {
    if (this.rows.length === 0) return false;
    this.#focusOn(Math.min(Math.max(index, 0), this.rows.length - 1));
    return true;
  }

  #toFilter(): boolean {
    this.#focus.filter();
    return true;
  }

  /** Esc gives up one thing at a time: the filter, then the open row (and the focus goes back to it). */
  #collapse(): boolean {
    if (this.filter !== '') {
      this.filter = '';
      return true;
    }
    if (this.open === null) return false;
    const index = this.rows.findIndex(({ scope }) => scope === this.open);
    this.open = null;
    if (index >= 0) this.#focusOn(index);
    return true;
  }

  #focusOn(index: number): void {
    if (index < this.#reach) return this.#focus.row(index);
    this.#reach = index + PORTION;
    void tick().then(() => this.#focus.row(index));
  }
}
