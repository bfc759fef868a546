import { tick } from 'svelte';

/**
 * An element that goes takes the focus with it, and the keyboard would start again at the top of the window, in
 * silence. It goes to the other half of a pair (`data-gate`: lock and unlock), else to the row that it was in, else to the
 * screen’s heading, unless whoever took the element away has seen to it.
 * @returns what ends the watch
 */
export function catchLostFocus(document: Document): () => void {
  let last: { element: Element; row: Element | null } | null = null;
  const follow = () => {
    const element = document.activeElement;
    last = element === null ? null : { element, row: element.closest('[data-scope]') };
  };
  const watch = new MutationObserver(() => {
    if (last === null || last.element.isConnected) return;
    const gone = last;
    last = null;
    void tick().then(() => {
      if (document.activeElement === document.body)
        next(document, gone.element, gone.row)?.focus({ preventScroll: true });
    });
  });
  document.addEventListener('focusin', follow);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', follow);
    watch.disconnect();
  };
}

function next(document: Document, gone: Element, row: Element | null): HTMLElement | null {
  const pair = gone.hasAttribute('data-gate') ? document.querySelector<HTMLElement>('[data-gate]') : null;
  const opener = row?.isConnected === true ? row.querySelector<HTMLElement>('[data-opener]') : null;
  return pair ?? opener ?? document.querySelector('h1');
}
