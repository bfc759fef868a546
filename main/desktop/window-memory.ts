import type { BrowserWindow } from 'electron';
import type { Clock } from '../effects.ts';
import type { WindowBounds } from '../settings/types.ts';

export interface WindowMemoryEffects {
  read: () => WindowBounds | null;
  /** May throw: then it is tried again with the next change, and counts until the app ends. */
  write: (bounds: WindowBounds) => void;
  clock: Clock;
}

/** Milliseconds without a move before the place counts: a drag is hundreds of moves. */
const REST = 600;

/** Milliseconds after the first sight in which the window manager still puts the window where it wants it. */
export const SETTLING = 300;

/** Where the user put the window, and how large they made it. */
export class WindowMemory {
  readonly #effects: WindowMemoryEffects;
  /** What the settings could not take. */
  #unsaved: WindowBounds | null = null;

  constructor(effects: WindowMemoryEffects) {
    this.#effects = effects;
  }

  get bounds(): WindowBounds | null {
    return this.#unsaved ?? this.#effects.read();
  }

  /**
   * Follows a window until it closes.
   * @param asked where it was told to be. Window managers count their frame in or not, or put it elsewhere: what
   *   is remembered is `asked`, moved by as much as the user moved the window, so that it never wanders by itself.
   */
  watch(window: Watched, asked: WindowBounds): void {
    const { clock } = this.#effects;
    let settled: WindowBounds | null = null;
    let cancel: (() => void) | null = null;
    const look = (): void => {
      cancel?.();
      cancel = null;
      if (settled === null || window.isDestroyed()) return;
      const now = window.getNormalBounds();
      if (same(now, settled)) return;
      this.#keep(movedBy(asked, settled, now));
    };
    const moved = (): void => {
      cancel?.();
      cancel = clock.after(REST, look);
    };
    window.once('show', () => {
      clock.after(SETTLING, () => {
        if (!window.isDestroyed()) settled = window.getNormalBounds();
      });
    });
    window.on('move', moved);
    window.on('resize', moved);
    // The last move may be less than a rest ago.
    window.once('close', () => {
      if (cancel !== null) look();
    });
    window.once('closed', () => cancel?.());
  }

  #keep(bounds: WindowBounds): void {
    const known = this.bounds;
    if (known !== null && this.#unsaved === null && same(known, bounds)) return;
    try {
      this.#effects.write(bounds);
      this.#unsaved = null;
    } catch {
      // No reason to disturb anybody.
      this.#unsaved = bounds;
    }
  }
}

/** What is asked of Electron's window. */
export type Watched = Pick<BrowserWindow, 'on' | 'once' | 'getNormalBounds' | 'isDestroyed'>;

function movedBy(asked: WindowBounds, from: WindowBounds, to: WindowBounds): WindowBounds {
  return {
    x: Math.round(asked.x + to.x - from.x),
    y: Math.round(asked.y + to.y - from.y),
    width: Math.max(1, Math.round(asked.width + to.width - from.width)),
    height: Math.max(1, Math.round(asked.height + to.height - from.height)),
  };
}

function same(one: WindowBounds, other: WindowBounds): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}
