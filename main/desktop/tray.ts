import { join } from 'node:path';
import type { Menu, MenuItemConstructorOptions, NativeImage, Rectangle, Tray } from 'electron';
import type { AppView } from '../../preload/contract.ts';
import type { Clock, Logger } from '../effects.ts';
import type { MenuAction, MenuItemModel, TrayFacts, TrayModel } from './tray-items.ts';
import { nextChange, trayModel } from './tray-menu.ts';
import type { TrayIcon } from './tray-status.ts';

/** A redraw rebuilds the menu on the bus and closes it where it is open: never for time more often. */
const MIN_REDRAW = 60_000;

export interface TrayEffects {
  createTray: (image: NativeImage) => Tray;
  loadImage: (path: string) => NativeImage;
  buildMenu: (template: MenuItemConstructorOptions[]) => Menu;
  /** Folder of the generated PNG files. */
  icons: string;
  platform: NodeJS.Platform;
  clock: Clock;
  view: () => AppView;
  facts: () => TrayFacts;
  act: (action: MenuAction) => void;
  log: Logger;
}

/** Paints the tray model: on every change of the agent, and when a shown time changes. */
export class TrayFace {
  readonly #effects: TrayEffects;
  #tray: Tray | null = null;
  #painted: TrayModel | null = null;
  #cancel = () => {};

  constructor(effects: TrayEffects) {
    this.#effects = effects;
  }

  /** @returns false where the system takes no tray icon: the window must do everything then. */
  start(): boolean {
    const { createTray, platform, act, view, facts, log } = this.#effects;
    try {
      this.#tray = createTray(this.#image(trayModel(view(), facts()).icon));
    } catch (error) {
      log.warn({ error }, 'no tray icon could be made');
      return false;
    }
    // On macOS a click opens the menu. Linux hosts send clicks or don't: everything is in the menu too.
    if (platform !== 'darwin') {
      this.#tray.on('click', () => {
        act({ kind: 'toggle' });
      });
    }
    this.redraw();
    return true;
  }

  /** @param view made by the caller already, where it was */
  redraw(view = this.#effects.view()): void {
    if (this.#tray === null) return;
    const model = trayModel(view, this.#effects.facts());
    if (model.icon !== this.#painted?.icon) this.#tray.setImage(this.#image(model.icon));
    if (model.tooltip !== this.#painted?.tooltip) this.#tray.setToolTip(model.tooltip);
    // Linux shows a changed menu only after it was set again (Electron's Tray docs).
    if (JSON.stringify(model.menu) !== JSON.stringify(this.#painted?.menu)) {
      this.#tray.setContextMenu(this.#effects.buildMenu(menuTemplate(model.menu, this.#effects.act)));
    }
    this.#painted = model;
    this.#schedule(view);
  }

  /** For a tray host that came after the icon was made: Chromium asks for one once, when it makes an icon. */
  remake(): boolean {
    this.stop();
    return this.start();
  }

  /** Where the icon is on the screen; null where the system does not say (Linux), or there is none. */
  place(): Rectangle | null {
    const bounds = this.#tray?.getBounds();
    return bounds !== undefined && bounds.width > 0 && bounds.height > 0 ? bounds : null;
  }

  stop(): void {
    this.#cancel();
    this.#tray?.destroy();
    this.#tray = null;
    this.#painted = null;
  }

  #schedule(view: AppView): void {
    this.#cancel();
    const change = nextChange(view);
    if (change === null) return;
    // Several tokens end at different seconds: waiting for the later minute draws them all at once.
    this.#cancel = this.#effects.clock.after(Math.max(change, MIN_REDRAW), () => {
      this.redraw();
    });
  }

  #image(icon: TrayIcon): NativeImage {
    const { loadImage, icons, platform } = this.#effects;
    return loadImage(join(icons, iconFile(icon, platform)));
  }
}

/**
 * macOS tints a file whose name ends in "Template" for its menu bar; Windows draws 16 pixels, Linux panels 22
 * to 24. The @2x file beside each is found by Electron itself.
 */
export function iconFile(icon: TrayIcon, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return `tray-${icon}-Template.png`;
  return `tray-${icon}-${platform === 'win32' ? 16 : 24}.png`;
}

export function menuTemplate(
  items: readonly MenuItemModel[],
  act: (action: MenuAction) => void,
): MenuItemConstructorOptions[] {
  return items.map((item): MenuItemConstructorOptions => {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'text':
        return { label: escapeLabel(item.label), enabled: false };
      case 'submenu':
        return { label: escapeLabel(item.label), submenu: menuTemplate(item.items, act) };
      case 'choice':
        return {
          type: 'radio',
          label: escapeLabel(item.label),
          checked: item.chosen,
          click: () => {
            act(item.action);
          },
        };
      case 'action':
        return {
          label: escapeLabel(item.label),
          enabled: item.enabled,
          // To be read: the keys belong to the palette, wherever the keyboard is.
          ...(item.keys === undefined ? {} : { accelerator: item.keys, registerAccelerator: false }),
          click: () => {
            act(item.action);
          },
        };
    }
  });
}

/** A lone & marks an access key on Windows and Linux and would vanish; doubled it is shown. */
function escapeLabel(label: string): string {
  return label.replaceAll('&', '&&');
}
