import type { ListFocus } from './scope-list.svelte.ts';

/** Focus in the drawn list. Rows are found by their hooks, `data-opener`, `data-copy` and `data-filter`, in order. */
export function listFocus(root: ParentNode): ListFocus {
  return {
    row(index) {
      const opener = openers(root)[index];
      opener?.focus();
      opener?.scrollIntoView({ block: 'nearest' });
    },
    copy(index, format) {
      const row = openers(root)[index]?.closest('[data-scope]') ?? null;
      const button = row?.querySelector<HTMLElement>(`[data-copy="${format}"]`) ?? openers(root)[index];
      if (button === undefined) return;
      button.focus();
      button.scrollIntoView({ block: 'nearest' });
      mark(button);
    },
    filter() {
      root.querySelector<HTMLInputElement>('[data-filter]')?.focus();
    },
  };
}

/** Whoever used the mouse last is shown no focus by the browser, and this button is the one that is told of. */
function mark(button: HTMLElement): void {
  button.dataset['pointed'] = '';
  button.addEventListener('blur', () => delete button.dataset['pointed'], { once: true });
}

/** Position of the row that holds the focus, its detail included; -1 when none does. */
export function focusedRow(root: Document): number {
  const row = root.activeElement?.closest('[data-scope]') ?? null;
  return row === null ? -1 : openers(root).findIndex((opener) => row.contains(opener));
}

function openers(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-opener]')];
}
