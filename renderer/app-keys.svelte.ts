import { keyAction, keyPlace } from './keys.ts';
import { focusedRow } from './list-focus.ts';
import { isSidePlace } from './screen.ts';
import type { ScopeList } from './scope-list.svelte.ts';
import type { TrayStore } from './store.svelte.ts';

/** The page's key handler. Open dialogs and menus keep their keys to themselves. */
export class AppKeys {
  helpOpen = $state(false);
  readonly #store: TrayStore;
  readonly #list: ScopeList;
  readonly #document: Document;

  constructor(store: TrayStore, list: ScopeList, document: Document) {
    this.#store = store;
    this.#list = list;
    this.#document = document;
  }

  onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || this.#overlaid()) return;
    const action = keyAction(event, keyPlace(event.target), this.#store.letterKeys);
    if (action === null) return;
    if (action === 'help') this.helpOpen = true;
    else if (action === 'close') void this.#store.closeWindow();
    else if (action === 'clear-copy') {
      if (!this.#clearCopy()) return;
    } else if (isSidePlace(this.#store.screen)) {
      if (action !== 'collapse') return;
      this.#store.place = 'home';
    } else if (this.#store.screen !== 'scopes') return;
    else if (!this.#list.press(action, focusedRow(this.#document))) return;
    event.preventDefault();
  }

  /** From every screen, as the button is. @returns false: there is nothing to clear */
  #clearCopy(): boolean {
    const clipboard = this.#store.view?.clipboard ?? null;
    if (clipboard === null || clipboard.tokenFree === true) return false;
    if (!this.#store.isPending('clipboard.clear')) void this.#store.clearClipboard();
    return true;
  }

  #overlaid(): boolean {
    return this.#document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
  }
}
