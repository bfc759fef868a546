import { BrowserWindow, app, globalShortcut, nativeTheme, screen } from 'electron';
import type { Clock, Logger } from '../../effects.ts';
import { DESKTOP_FILE } from '../../host/app-id.ts';
import type { SettingsStore } from '../../settings/types.ts';
import { sessionBusSocket } from '../../vault/bus-address.ts';
import { DesktopKeys } from './desktop-keys.ts';
import { GlobalPaletteKeys, givenByDesktop, type PaletteKeys } from './palette-keys.ts';
import { paletteDisplay } from './palette-place.ts';
import { PaletteWindow, type Palette, type PaletteEffects } from './palette-window.ts';
import { WaylandPaletteKeys } from './wayland-keys.ts';

export interface PaletteSetup extends Pick<
  PaletteEffects,
  'create' | 'partition' | 'preload' | 'icon' | 'drawnHidden' | 'recent' | 'onShown'
> {
  settings: Pick<SettingsStore, 'get' | 'update'>;
  /** The name of the Flatpak that this runs in; null: it runs in none. */
  flatpak: string | null;
  changed: () => void;
  clock: Clock;
  log: Logger;
}

/** The palette and its keys around this machine's screens and keyboard. */
export function setupPalette(setup: PaletteSetup): { palette: Palette; paletteKeys: PaletteKeys } {
  const palette = new PaletteWindow({
    ...setup,
    isDark: () => nativeTheme.shouldUseDarkColors,
    workArea: () => paletteDisplay(screen, setup.drawnHidden).workArea,
    app: process.platform === 'darwin' ? macApp() : { leave: () => undefined, enter: () => undefined },
  });
  const pressed = (): void => {
    palette.toggle();
  };
  const paletteKeys = givenByDesktop(process.platform, process.env)
    ? new WaylandPaletteKeys({
        ...setup,
        desktop: new DesktopKeys({
          ...setup,
          bus: sessionBusSocket(process.env)?.path ?? null,
          desktopFile: setup.flatpak === null ? DESKTOP_FILE : null,
          pressed,
        }),
      })
    : new GlobalPaletteKeys({ ...setup, shortcuts: globalShortcut, pressed });
  return { palette, paletteKeys };
}

/** macOS gives the focus to the app's next window, or to none, unless the whole app is hidden. */
function macApp(): PaletteEffects['app'] {
  return {
    leave: () => {
      if (!BrowserWindow.getAllWindows().some((window) => window.isVisible())) app.hide();
    },
    enter: () => {
      app.show();
    },
  };
}
