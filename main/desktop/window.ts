import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import { channel, type EventName, type Events } from '../../preload/contract.ts';
import type { Clock } from '../effects.ts';
import type { WindowBounds } from '../settings/types.ts';
import { atFirstSight, bringToFront, firstSightOptions, type DrawnHidden } from './first-sight.ts';
import { IconClick } from './icon-click.ts';
import { pageBackground, pagePreferences } from './page-preferences.ts';
import { PAGE_URL } from './page-protocol.ts';
import { SIZE } from './window-place.ts';
import type { OpenedBy } from './window-screen.ts';

export interface WindowEffects extends DrawnHidden {
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** Session of the page: in memory, hardened. */
  partition: string;
  preload: string;
  icon: string;
  isDark: () => boolean;
  clock: Pick<Clock, 'after'>;
  /** Where it opens. */
  place: (by: OpenedBy) => WindowBounds;
  /** A window was made, and told to be there. */
  onMade: (window: BrowserWindow, asked: WindowBounds) => void;
  /** Where an open one has to go because the displays changed; null: it may stay. */
  backInSight: (bounds: WindowBounds) => WindowBounds | null;
  /** The page is painted for the first time: what was kept waiting for it may go on. */
  onPainted: () => void;
  /** The last window is gone (destroyed, not hidden): its page and all it showed with it. */
  onClosed: () => void;
}

/** The app's one window: at most one at a time, made anew each time it is opened. */
export class TrayWindow {
  readonly #effects: WindowEffects;
  readonly #iconClick: IconClick;
  #window: BrowserWindow | null = null;
  /** What the page is to hear as soon as it can; null: it can. */
  #waiting: (() => void)[] | null = null;

  constructor(effects: WindowEffects) {
    this.#effects = effects;
    this.#iconClick = new IconClick(effects.clock);
  }

  /** Opens the window, or brings the open one to the front. */
  open(by: OpenedBy = 'other'): void {
    this.#iconClick.came();
    const open = this.#window;
    if (open !== null) {
      if (open.isMinimized()) open.restore();
      bringToFront(open, this.#effects);
      return;
    }
    const place = this.#effects.place(by);
    const window = this.#effects.create({ ...windowOptions(this.#effects), ...place });
    this.#window = window;
    this.#effects.onMade(window, place);
    this.#iconClick.watch(window);
    this.#waiting = [];
    window.webContents.once('did-finish-load', () => {
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      for (const send of waiting) send();
    });
    atFirstSight(window, this.#effects, () => {
      window.show();
    });
    window.once('ready-to-show', this.#effects.onPainted);
    window.once('closed', () => {
      this.#window = null;
      this.#effects.onClosed();
    });
    // A window closed while it was still loading rejects here; there is nothing left to tell.
    window.loadURL(PAGE_URL).catch(() => {});
  }

  /** A click on the icon: closes the window that the user is in, opens it otherwise. */
  toggle(): void {
    if (this.#window !== null && this.#iconClick.closes(this.#window)) this.close();
    else this.open('tray');
  }

  close(): void {
    this.#window?.close();
  }

  /** It is on the screen: what it says needs no notification. */
  inSight(): boolean {
    return this.#window !== null && this.#window.isVisible() && !this.#window.isMinimized();
  }

  /** The displays changed: what was on one that is gone comes to another. */
  displaysChanged(): void {
    const window = this.#window;
    if (window === null) return;
    const place = this.#effects.backInSight(window.getNormalBounds());
    if (place !== null) window.setBounds(place);
  }

  /** The page whose messages count; null while there is no window. */
  page(): WebContents | null {
    return this.#window?.webContents ?? null;
  }

  send<N extends EventName>(name: N, event: Events[N]): void {
    this.#window?.webContents.send(channel(name), event);
  }

  /** Opens the window for it; a page that is still loading hears it when it has loaded. */
  openWith<N extends EventName>(name: N, event: Events[N]): void {
    this.open();
    const send = () => {
      this.send(name, event);
    };
    if (this.#waiting === null) send();
    else this.#waiting.push(send);
  }
}

export function windowOptions(
  effects: Pick<WindowEffects, 'partition' | 'preload' | 'icon' | 'isDark' | 'drawnHidden'>,
): BrowserWindowConstructorOptions {
  return {
    ...SIZE,
    ...firstSightOptions(effects),
    title: 'Globus Token Tray',
    icon: effects.icon,
    backgroundColor: pageBackground(effects.isDark()),
    autoHideMenuBar: true,
    fullscreenable: false,
    webPreferences: pagePreferences(effects),
  };
}
