import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import { channel, type EventName, type Events } from '../../preload/contract.ts';
import { PAGE_URL } from './page-protocol.ts';

export interface WindowEffects {
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** Session of the page: in memory, hardened. */
  partition: string;
  preload: string;
  icon: string;
  isDark: () => boolean;
  /** The page is painted for the first time: what was kept waiting for it may go on. */
  onPainted: () => void;
  /** The last window is gone (destroyed, not hidden): its page and all it showed with it. */
  onClosed: () => void;
}

/** The app's one window: at most one at a time, made anew each time it is opened. */
export class TrayWindow {
  readonly #effects: WindowEffects;
  #window: BrowserWindow | null = null;

  constructor(effects: WindowEffects) {
    this.#effects = effects;
  }

  /** Opens the window, or brings the open one to the front. */
  open(): void {
    const open = this.#window;
    if (open !== null) {
      if (open.isMinimized()) open.restore();
      open.show();
      open.focus();
      return;
    }
    const window = this.#effects.create(windowOptions(this.#effects));
    this.#window = window;
    window.once('ready-to-show', () => {
      window.show();
      this.#effects.onPainted();
    });
    window.once('closed', () => {
      this.#window = null;
      this.#effects.onClosed();
    });
    // A window closed while it was still loading rejects here; there is nothing left to tell.
    window.loadURL(PAGE_URL).catch(() => {});
  }

  close(): void {
    this.#window?.close();
  }

  /** The page whose messages count; null while there is no window. */
  page(): WebContents | null {
    return this.#window?.webContents ?? null;
  }

  send<N extends EventName>(name: N, event: Events[N]): void {
    this.#window?.webContents.send(channel(name), event);
  }
}

/** Backgrounds of the page's two themes, so that a window about to load doesn't flash. */
const BACKGROUND = { dark: '#17191e', light: '#ffffff' };

/** Every protective default is spelled out: a test reads them here, and no Electron release moves them. */
export function windowOptions(
  effects: Pick<WindowEffects, 'partition' | 'preload' | 'icon' | 'isDark'>,
): BrowserWindowConstructorOptions {
  return {
    width: 400,
    height: 640,
    minWidth: 360,
    minHeight: 480,
    show: false,
    title: 'Globus Token Tray',
    icon: effects.icon,
    backgroundColor: effects.isDark() ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    fullscreenable: false,
    webPreferences: {
      preload: effects.preload,
      partition: effects.partition,
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
    },
  };
}
