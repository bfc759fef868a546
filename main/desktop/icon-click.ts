import type { BrowserWindow } from 'electron';
import type { Clock } from '../effects.ts';

/**
 * Milliseconds before this app hears of a click in which the window may have lost the keyboard by it: a panel that
 * takes the keyboard (Windows) would else never meet the window that had it.
 */
const TAKEN_BY_THE_CLICK = 300;
/** Milliseconds after a click in which the next one is the second of a double click, and belongs to the first. */
const DOUBLE_CLICK = 500;

/** What a click on the icon means for an open window: the one that the user is in goes, any other comes. */
export class IconClick {
  readonly #left: Lately;
  readonly #came: Lately;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#left = new Lately(clock, TAKEN_BY_THE_CLICK);
    this.#came = new Lately(clock, DOUBLE_CLICK);
  }

  watch(window: Pick<BrowserWindow, 'on' | 'once'>): void {
    window.on('blur', () => {
      this.#left.mark();
    });
    window.once('closed', () => {
      this.#left.forget();
      this.#came.forget();
    });
  }

  /** The window was told to come to the front. */
  came(): void {
    this.#came.mark();
  }

  closes(window: Pick<BrowserWindow, 'isVisible' | 'isMinimized' | 'isFocused'>): boolean {
    if (this.#came.is || !window.isVisible() || window.isMinimized()) return false;
    return window.isFocused() || this.#left.is;
  }
}

/** Whether something happened within the last so many milliseconds. */
class Lately {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #span: number;
  #cancel: (() => void) | null = null;

  constructor(clock: Pick<Clock, 'after'>, span: number) {
    this.#clock = clock;
    this.#span = span;
  }

  get is(): boolean {
    return this.#cancel !== null;
  }

  mark(): void {
    this.forget();
    this.#cancel = this.#clock.after(this.#span, () => {
      this.#cancel = null;
    });
  }

  forget(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
