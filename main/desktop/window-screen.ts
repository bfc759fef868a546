import type { Display, Rectangle, Screen } from 'electron';
import type { Clock } from '../effects.ts';
import type { SettingsStore, WindowBounds } from '../settings/types.ts';
import { WindowMemory } from './window-memory.ts';
import { backInSight, placeOf, type DisplayPlace, type PlaceFacts } from './window-place.ts';
import type { WindowEffects } from './window.ts';

/**
 * Pixels of the highest title bar seen: Metacity's (Xfwm4 has 29, IceWM 24, Openbox and Fluxbox 20). X11 window
 * managers leave it out of a window's bounds, and push what it does not fit over down, so that the window is not
 * where it was told to be.
 */
const TITLE_BAR = 37;

/** Who opened the window: a click in or on the tray, or anything else. */
export type OpenedBy = 'tray' | 'other';

export interface ScreenEffects {
  screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay' | 'getCursorScreenPoint'>;
  /** The icon's place; null where the system does not say. */
  trayIcon: () => WindowBounds | null;
  platform: NodeJS.Platform;
}

/** Where the window opens and how that is remembered, as the window takes it. */
export function windowSeat(
  effects: ScreenEffects & { settings: Pick<SettingsStore, 'get' | 'update'>; clock: Clock },
): Pick<WindowEffects, 'place' | 'onMade' | 'backInSight'> {
  const { settings, clock } = effects;
  const screens = new ScreenFacts(effects);
  /** When the window was placed, or the displays last changed under it. */
  let before: ReturnType<ScreenFacts['displays']> | undefined;
  const memory = new WindowMemory({
    read: () => settings.get().windowBounds,
    write: (windowBounds) => {
      settings.update((old) => ({ ...old, windowBounds }));
    },
    clock,
  });
  return {
    place(by) {
      const facts = screens.facts(by);
      before = facts.displays;
      return placeOf({ ...facts, remembered: memory.bounds });
    },
    onMade: (window, asked) => {
      memory.watch(window, asked);
    },
    backInSight(bounds) {
      const displays = screens.displays();
      const place = backInSight(bounds, displays, before);
      before = displays;
      return place;
    },
  };
}

/** What the system says of its screens now, as `placeOf` takes it. */
export class ScreenFacts {
  readonly #effects: ScreenEffects;

  constructor(effects: ScreenEffects) {
    this.#effects = effects;
  }

  displays(): readonly [DisplayPlace, ...DisplayPlace[]] {
    const { screen } = this.#effects;
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    return [placeOfDisplay(primary), ...others.map(placeOfDisplay)];
  }

  facts(by: OpenedBy): Omit<PlaceFacts, 'remembered'> {
    const { trayIcon, platform } = this.#effects;
    const icon = trayIcon();
    return {
      displays: this.displays(),
      trayIcon: icon,
      click: by === 'tray' ? this.#click(icon) : null,
      titleBar: platform === 'linux' ? TITLE_BAR : 0,
    };
  }

  #click(icon: WindowBounds | null): { x: number; y: number } | null {
    if (icon !== null) return { x: icon.x, y: icon.y };
    // A Wayland compositor tells no program where the pointer is. Under X11 Electron says where it last was over a window
    // of ours, which no panel is: the window would open where it was clicked hours ago (electron issue 42519).
    return this.#effects.platform === 'linux' ? null : this.#effects.screen.getCursorScreenPoint();
  }
}

function placeOfDisplay({ bounds, workArea }: Display): DisplayPlace {
  return { bounds: plain(bounds), workArea: plain(workArea) };
}

function plain({ x, y, width, height }: Rectangle): WindowBounds {
  return { x, y, width, height };
}
