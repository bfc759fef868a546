import type { TrayStore } from './store.svelte.ts';

/** Milliseconds without another letter after which somebody has typed what they wanted. */
export const PAUSE = 700;

/**
 * A text for ears that follows somebody’s typing: each letter cuts off what a screen reader says, so it comes when the
 * typing has stopped, and again when the same is true of other letters. Made while a part is set up.
 */
export class Settled {
  shown = $state('');

  /** @param typed what the text is about */
  constructor(store: Pick<TrayStore, 'after'>, typed: () => string, text: () => string) {
    $effect(() => {
      typed();
      const next = text();
      if (next === '') return;
      const stop = store.after(PAUSE, () => (this.shown = next));
      return () => {
        stop();
        this.shown = '';
      };
    });
  }
}
