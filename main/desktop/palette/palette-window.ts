import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import { channel, type EventName, type Events } from '../../../preload/contract.ts';
import type { Clock } from '../../effects.ts';
import type { WindowBounds } from '../../settings/types.ts';
import { firstSightOptions, showUndrawn, type DrawnHidden } from '../first-sight.ts';
import { pageBackground, pagePreferences } from '../page-preferences.ts';
import { PALETTE_URL } from '../page-protocol.ts';
import { paletteHeight, palettePlace } from './palette-place.ts';

/** The palette's small window: opened by keys or a command, gone after a choice, Escape or a click elsewhere. */
export interface Palette {
  /** Opens it, or closes the open one. */
  toggle(): void;
  open(): void;
  close(): void;
  /** As high as its content, pixels. */
  fit(height: number): void;
  /** The page whose messages count; null while there is none. */
  page(): WebContents | null;
  send<N extends EventName>(name: N, event: Events[N]): void;
}

export interface PaletteEffects extends DrawnHidden {
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** Session of the page: in memory, hardened. */
  partition: string;
  preload: string;
  icon: string;
  isDark: () => boolean;
  /** What panels leave free of the display where the pointer is. */
  workArea: () => WindowBounds;
  /** Scopes that were copied, the last one first. */
  recent: () => string[];
  /** Gives the focus back to the program before, and takes it; macOS alone needs telling. */
  app: { leave: () => void; enter: () => void };
  clock: Pick<Clock, 'after'>;
  /** It is painted: what was kept waiting for it may go on. */
  onShown: () => void;
}

/** Milliseconds that an unused palette is kept: showing it again is a fraction of loading it. */
export const UNUSED = 5 * 60_000;

/** `loading` until the page has told its height, or needs to be seen for it; `hidden` is kept for the next time. */
type Phase = 'loading' | 'shown' | 'hidden';

interface Open {
  window: BrowserWindow;
  phase: Phase;
  area: WindowBounds;
}

/** One window at most. While it is hidden it is told nothing: its page asks again when it is seen. */
export class PaletteWindow implements Palette {
  readonly #effects: PaletteEffects;
  #open: Open | null = null;
  /** Closed before it was drawn: then it stays hidden. */
  #wanted = false;
  #cancelUnused: (() => void) | null = null;

  constructor(effects: PaletteEffects) {
    this.#effects = effects;
  }

  toggle(): void {
    if (this.#open !== null && this.#wanted) this.close();
    else this.open();
  }

  open(): void {
    this.#cancelUnused?.();
    this.#wanted = true;
    const open = this.#open;
    if (open === null) this.#make();
    else if (open.phase === 'shown') open.window.focus();
    else if (open.phase === 'hidden') this.#again(open);
  }

  close(): void {
    this.#wanted = false;
    const open = this.#open;
    if (open?.phase !== 'shown') return;
    const { app, drawnHidden = true } = this.#effects;
    if (drawnHidden) {
      this.#rest(open);
      open.window.hide();
    } else {
      // A frameless one that was hidden comes back in a way that sway 1.7 dies of, and the whole session with it.
      open.window.destroy();
    }
    app.leave();
  }

  fit(height: number): void {
    const open = this.#open;
    if (open === null) return;
    const { x, y, width } = open.window.getBounds();
    open.window.setBounds({ x, y, width, height: paletteHeight(height, y, open.area) });
    this.#loaded(open);
  }

  page(): WebContents | null {
    return this.#open?.window.webContents ?? null;
  }

  send<N extends EventName>(name: N, event: Events[N]): void {
    if (this.#open?.phase !== 'hidden') this.#open?.window.webContents.send(channel(name), event);
  }

  #make(): void {
    const area = this.#effects.workArea();
    const window = this.#effects.create({ ...paletteOptions(this.#effects), ...palettePlace(area) });
    const open: Open = { window, phase: 'loading', area };
    this.#open = open;
    // The one place that a program has to be in is under the eyes of whoever pressed the keys.
    window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
    window.webContents.once('did-finish-load', () => {
      this.send('palette', { recent: this.#effects.recent() });
    });
    showUndrawn(window, this.#effects, () => {
      this.#loaded(open);
    });
    window.webContents.once('render-process-gone', () => {
      window.destroy();
    });
    window.on('blur', () => {
      this.close();
    });
    window.once('closed', () => {
      this.#cancelUnused?.();
      if (this.#open === open) this.#open = null;
      this.#wanted = false;
    });
    // A window closed while it was still loading rejects here; there is nothing left to tell.
    window.loadURL(PALETTE_URL).catch(() => {});
  }

  #loaded(open: Open): void {
    if (open.phase !== 'loading') return;
    if (this.#wanted) this.#show(open);
    else this.#rest(open);
  }

  /** The height is the last one until the page says another. */
  #again(open: Open): void {
    open.area = this.#effects.workArea();
    const { height } = open.window.getBounds();
    const place = palettePlace(open.area);
    open.window.setBounds({ ...place, height: paletteHeight(height, place.y, open.area) });
    open.phase = 'shown';
    this.send('palette', { recent: this.#effects.recent() });
    this.#show(open);
  }

  #rest(open: Open): void {
    open.phase = 'hidden';
    this.#cancelUnused = this.#effects.clock.after(UNUSED, () => {
      // Not close(): the page has no say in it.
      open.window.destroy();
    });
  }

  #show(open: Open): void {
    open.phase = 'shown';
    this.#effects.app.enter();
    open.window.show();
    open.window.focus();
    this.#effects.onShown();
  }
}

export function paletteOptions(
  effects: Pick<PaletteEffects, 'partition' | 'preload' | 'icon' | 'isDark' | 'drawnHidden'>,
): BrowserWindowConstructorOptions {
  return {
    ...firstSightOptions(effects),
    title: 'Globus Token Tray search',
    icon: effects.icon,
    backgroundColor: pageBackground(effects.isDark()),
    frame: false,
    resizable: false,
    maximizable: false,
    minimizable: false,
    fullscreenable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
    webPreferences: pagePreferences(effects),
  };
}
