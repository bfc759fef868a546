import type { TrayStore } from './store.svelte.ts';

/** Milliseconds for which nothing is shown: what is quicker needs no sign that it goes on. */
export const PATIENCE = 300;

/** Whether something has gone on for so long that people want to see that it does. Made while a part is set up. */
export class Late {
  shown = $state(false);

  constructor(store: Pick<TrayStore, 'after'>, busy: () => boolean) {
    // Derived: a view that comes in the middle must not start the wait anew.
    const goesOn = $derived(busy());
    $effect(() => {
      if (!goesOn) return;
      const stop = store.after(PATIENCE, () => (this.shown = true));
      return () => {
        stop();
        this.shown = false;
      };
    });
  }
}
