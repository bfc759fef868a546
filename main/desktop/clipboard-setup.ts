import type { App } from 'electron';
import type { Clock, Logger } from '../effects.ts';
import type { SettingsStore } from '../settings/types.ts';
import { clearedForGood } from './clipboard-kept.ts';
import { clearedAfar } from './clipboard-mirrored.ts';
import { electronClipboard } from './clipboard-port.ts';
import { ownPressesOnly } from './clipboard-wayland.ts';
import { SecretClipboard } from './clipboard.ts';
import { electronModule } from './electron-module.ts';
import { sweepClipboard } from './x11/clipboard.ts';
import { isMirrored } from './x11/mirrored.ts';

export interface ClipboardSetup {
  app: Pick<App, 'on'>;
  /** Under Wayland only a key or a click of the user's may copy, and some desktops keep what was copied. */
  onWayland: boolean;
  settings: Pick<SettingsStore, 'get'>;
  changed: () => void;
  clock: Clock;
  log: Logger;
}

/** The clipboard of this desktop, as the app may use it. */
export function setupClipboard(setup: ClipboardSetup): SecretClipboard {
  const { app, onWayland, settings, changed, clock, log } = setup;
  const plain = electronClipboard(electronModule, process.platform);
  const sweep = async (text: string) => {
    const swept = await sweepClipboard(text, { env: process.env, clock });
    if (swept === 'still there') log.warn({}, 'the desktop gives back a copy that was cleared');
  };
  const mirrored = async () => process.platform === 'linux' && isMirrored({ env: process.env, clock });
  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => void clock.after(milliseconds, resolve));
  return new SecretClipboard({
    port: onWayland ? ownPressesOnly(clearedForGood(plain, sweep), app) : clearedAfar(plain, mirrored, pause),
    clock,
    clearAfterSeconds: () => settings.get().clearAfterSeconds,
    clearOnQuit: () => settings.get().clearOnQuit,
    onChange: changed,
  });
}
