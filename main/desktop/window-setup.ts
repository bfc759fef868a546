import { nativeTheme, screen } from 'electron';
import type { Clock } from '../effects.ts';
import type { SettingsStore, WindowBounds } from '../settings/types.ts';
import { windowSeat } from './window-screen.ts';
import { TrayWindow, type WindowEffects } from './window.ts';

export interface WindowSetup extends Pick<
  WindowEffects,
  'create' | 'partition' | 'preload' | 'icon' | 'drawnHidden' | 'onPainted' | 'onClosed'
> {
  /** The icon's place; null where the system does not say. */
  trayIcon: () => WindowBounds | null;
  settings: Pick<SettingsStore, 'get' | 'update'>;
  clock: Clock;
}

/** The window among this machine's screens. `watch` keeps it in sight of them, from when the app is ready. */
export function setupWindow(setup: WindowSetup): { window: TrayWindow; watch: () => void } {
  const { trayIcon, settings, clock } = setup;
  const window = new TrayWindow({
    ...setup,
    ...windowSeat({ screen, trayIcon, platform: process.platform, settings, clock }),
    isDark: () => nativeTheme.shouldUseDarkColors,
  });
  const displaysChanged = () => {
    window.displaysChanged();
  };
  const watch = () => {
    screen.on('display-removed', displaysChanged);
    screen.on('display-metrics-changed', displaysChanged);
  };
  return { window, watch };
}
