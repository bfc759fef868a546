import type { ScopeView } from '../preload/contract.ts';
import type { TrayStore } from './store.svelte.ts';

/** Milliseconds for which a removal can be taken back from the window. */
export const UNDO_TIME = 10_000;

export interface Removed {
  scope: string;
  name: string;
}

/** The last removal, for as long as it is offered to take it back. */
export class Undo {
  removed = $state.raw<Removed | null>(null);
  readonly #store: TrayStore;
  #stop: () => void = () => undefined;

  constructor(store: TrayStore) {
    this.#store = store;
  }

  async remove({ scope, name }: Pick<ScopeView, 'scope' | 'name'>): Promise<boolean> {
    const done = await this.#store.act('scope.remove', { scope });
    if (done) {
      this.removed = { scope, name };
      this.release();
    }
    return done;
  }

  /** @returns what is on the list again; null when there was nothing to take back, or main could not */
  async restore(): Promise<Removed | null> {
    const { removed } = this;
    if (removed === null) return null;
    this.#stop();
    this.removed = null;
    return (await this.#store.act('scope.restore', { scope: removed.scope })) ? removed : null;
  }

  /** While somebody is at the button it does not go away under their hand (WCAG 2.2.1). */
  hold(): void {
    this.#stop();
  }

  release(): void {
    this.#stop();
    if (this.removed !== null) this.#stop = this.#store.after(UNDO_TIME, () => this.dismiss());
  }

  dismiss(): void {
    this.#stop();
    this.removed = null;
  }
}
