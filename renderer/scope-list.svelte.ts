import { tick } from 'svelte';
import type { CopyFormat, ScopeView } from '../preload/contract.ts';
import { FlowRuns } from './flow-runs.svelte.ts';
import type { KeyAction } from './keys.ts';
import { type RowId, rowKey } from './rows.ts';
import { RowWork } from './row-work.svelte.ts';
import { scopeLook } from './scope-look.ts';
import { ShownRows } from './shown-rows.svelte.ts';
import { SnippetChoices } from './snippet-choice.svelte.ts';
import { TestCalls } from './test-calls.svelte.ts';
import type { Pointed, TrayStore } from './store.svelte.ts';
import { Undo } from './undo.svelte.ts';

/** Moves the focus; the page's DOM in the app, a recorder in tests. */
export interface ListFocus {
  /** @param index position among the rows shown */
  row(index: number): void;
  /** The button of that row that copies this; the row where it has none. */
  copy(index: number, format: CopyFormat): void;
  filter(): void;
}

/** The list of scopes: which row is selected, which is open, and what its keys do. */
export class ScopeList extends ShownRows {
  /** A row's key, or null before anything was chosen by hand. */
  #chosen = $state<string | null>(null);
  /** Key of the row that is open. */
  open = $state<string | null>(null);
  /** Where the focus goes when the list has changed: to the row, once `gone` is off the list or null. */
  #goal = $state.raw<{ row: string; gone: string | null; copy?: CopyFormat | null } | null>(null);
  /** The scopes that "Isolate" is asking about; null: it is not. */
  isolating = $state.raw<readonly ScopeView[] | null>(null);
  adding = $state(false);
  readonly snippets: SnippetChoices;
  readonly calls: TestCalls;
  readonly runs: FlowRuns;
  readonly work: RowWork;
  readonly undo: Undo;
  readonly #store: TrayStore;
  readonly #focus: ListFocus;

  constructor(store: TrayStore, focus: ListFocus) {
    super(store);
    this.#store = store;
    this.#focus = focus;
    this.snippets = new SnippetChoices(store);
    this.calls = new TestCalls(store);
    this.runs = new FlowRuns(store);
    this.work = new RowWork(store, this.snippets, this.calls);
    this.undo = new Undo(store);
  }

  /** The row that `c` and `h` act on: the chosen one while it is shown, else the first. */
  selected = $derived(this.rows.find((row) => rowKey(row) === this.#chosen) ?? this.rows[0] ?? null);

  /** Signed-in scopes whose token can do more: what "Isolate all" is about. */
  shared = $derived.by(() =>
    (this.#store.view?.groups ?? [])
      .flatMap((group) => group.scopes)
      .filter(({ isolated, alsoAllows }) => !isolated && alsoAllows.length > 0),
  );

  isSelected(row: RowId): boolean {
    return this.selected !== null && rowKey(this.selected) === rowKey(row);
  }

  isOpen(row: RowId): boolean {
    return this.open === rowKey(row);
  }

  select(row: RowId): void {
    this.#chosen = rowKey(row);
  }

  toggle(row: RowId): void {
    this.select(row);
    this.open = this.isOpen(row) ? null : rowKey(row);
  }

  copy(row: ScopeView, format: CopyFormat): Promise<void> {
    return this.work.copy(row, format);
  }

  /** Takes the entry off the list; the focus goes to the row that takes its place. */
  async remove(row: ScopeView): Promise<void> {
    const at = this.rows.findIndex((other) => rowKey(other) === rowKey(row));
    const next = this.rows.slice(at + 1).find((other) => other.scope !== row.scope) ?? this.rows[at - 1];
    if (!row.removable || !(await this.undo.remove(row)) || next === undefined) return;
    this.select(next);
    this.#goal = { row: rowKey(next), gone: row.scope };
  }

  /** Takes the last removal back and goes to it. */
  async restore(): Promise<void> {
    const back = await this.undo.restore();
    if (back === null) return;
    this.filter = '';
    this.select(back);
    this.#goal = { row: back.scope, gone: null };
  }

  /** Called after every change of the list: the row that the focus is waiting for may have come. */
  settle(): void {
    const goal = this.#goal;
    if (goal === null || this.rows.some(({ scope }) => scope === goal.gone)) return;
    const index = this.rows.findIndex((row) => rowKey(row) === goal.row);
    if (index < 0) return;
    this.#goal = null;
    void tick().then(() => this.#focusOn(index, goal.copy ?? null));
  }

  /** To the row that main points at: a copy did not arrive, or something of it needs a person. */
  goTo({ scope, account, copy }: Pointed): void {
    this.filter = '';
    const rows = this.rows.filter((row) => row.scope === scope);
    const row = rows.find((one) => one.account?.sub === account) ?? rows[0];
    if (row === undefined) return;
    this.select(row);
    // All but the one button is in the detail.
    if (copy !== 'curl') this.open = rowKey(row);
    this.#goal = { row: rowKey(row), gone: null, copy };
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
      case 'test-call':
      case 'renew':
      case 'sign-in':
      case 'remove':
        return this.#onRow(action, focused);
      case 'undo':
        if (this.undo.removed === null) return false;
        void this.restore();
        return true;
      case 'collapse':
        return this.#collapse();
      case 'filter':
        return this.#toFilter();
      case 'add':
        this.adding = true;
        return true;
      case 'clear-copy':
      case 'help':
      case 'close':
        return false;
    }
  }

  #onRow(action: 'test-call' | 'renew' | 'sign-in' | 'remove', focused: number): boolean {
    const row = this.selected;
    if (row === null) return false;
    switch (action) {
      case 'test-call':
        // Its answer is in the detail.
        if (!this.work.canTest(row)) return false;
        this.open = rowKey(row);
        void this.work.test(row);
        return true;
      case 'renew':
        void this.work.renew(row);
        return this.work.canRenew(row);
      case 'sign-in': {
        const asks = ['sign-in', 'review'].includes(scopeLook(row, this.#store.now).action);
        if (asks) this.ask(row);
        return asks;
      }
      case 'remove':
        // Only the row that has the focus: the first of the list is selected without anybody's doing.
        if (focused < 0 || !row.removable) return false;
        void this.remove(row);
        return true;
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
    const index = this.rows.findIndex((row) => this.isOpen(row));
    this.open = null;
    if (index >= 0) this.#focusOn(index);
    return true;
  }

  #focusOn(index: number, copy: CopyFormat | null = null): void {
    const focus = () => (copy === null ? this.#focus.row(index) : this.#focus.copy(index, copy));
    if (this.drawTo(index)) void tick().then(focus);
    else focus();
  }
}
