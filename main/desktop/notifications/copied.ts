import type { AppView, ClipboardView } from '../../../preload/contract.ts';
import type { NoticeEffects } from './effects.ts';

export interface CopiedEffects extends NoticeEffects {
  /** The window can be seen: it says the same, and counts the seconds. The palette is gone before that. */
  inSight: () => boolean;
}

/** A receipt for what was copied from the tray or the palette: silent, and gone with the copy. */
export class CopiedNotices {
  readonly #effects: CopiedEffects;
  #copy = '';
  #takeBack: () => void = () => undefined;

  constructor(effects: CopiedEffects) {
    this.#effects = effects;
  }

  /** To be called with every view. */
  look({ clipboard }: Pick<AppView, 'clipboard'>): void {
    const copy = clipboard === null ? '' : `${clipboard.clearsAt} ${clipboard.what}`;
    if (copy === this.#copy) return;
    this.#copy = copy;
    this.#takeBack();
    this.#takeBack = () => undefined;
    const { enabled, inSight } = this.#effects;
    // Decided once per copy: a window that closes later adds no receipt.
    if (clipboard !== null && enabled() && !inSight()) this.#takeBack = this.#show(clipboard);
  }

  stop(): void {
    this.look({ clipboard: null });
  }

  #show({ what, duration, tokenFree }: ClipboardView): () => void {
    const { port, act } = this.#effects;
    const open = () => {
      act({ kind: 'open' });
    };
    if (tokenFree === true) {
      const body = 'It fetches its token when it runs, so there is nothing to clear.';
      return port.show(
        { title: `Copied ${what}`, body, action: null, quiet: true },
        { click: open, action: open },
      );
    }
    const clear = () => {
      act({ kind: 'clear-clipboard' });
    };
    const body = `Clears in ${Math.round(duration / 1000)} s.`;
    return port.show(
      { title: `Copied ${what}`, body, action: 'Clear now', quiet: true },
      { click: open, action: clear },
    );
  }
}
