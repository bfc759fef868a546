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
      button?.focus();
      button?.scrollIntoView({ block: 'nearest' });
    },
    filter() {
      root.querySelector<HTMLInputElement>('[data-filter]')?.focus();
    },
  };
}

/** Position of the row that holds the focus, its detail included; -1 when none does. */
export function focusedRow(root: Document): number {
  const row = root.activeElement?.closest('[data-scope]') ?? null;
  return row === null ? -1 : openers(root).findIndex((opener) => row.contains(opener));
}

function openers(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-opener]')];
}
