import type { Clock, Logger } from '../effects.ts';
import type { LateStart } from './late-start.ts';
import type { StartOptions } from './start-options.ts';
import type { TraySetup } from './tray-setup.ts';

/** A window that is not painted by then keeps nothing waiting any longer. */
const PAINT_GRACE = 1_500;

/** A desktop that starts before its tray host (autostart at log-in) gives it this long to appear. */
const TRAY_HOST_GRACE = 5_000;

export interface FirstFaceParts {
  options: Pick<StartOptions, 'hidden' | 'palette'>;
  openWindow: () => void;
  openPalette: () => void;
  tray: Pick<TraySetup, 'start' | 'isShown'>;
  late: Pick<LateStart, 'start'>;
  clock: Pick<Clock, 'after'>;
  log: Pick<Logger, 'info'>;
}

/**
 * Shows what a start is for: the window, the palette, or the icon alone, and the window all the same where nobody shows
 * an icon. What is not seen starts behind the first picture.
 */
export function showFirstFace(parts: FirstFaceParts): void {
  const { options, openWindow, openPalette, tray, late, clock, log } = parts;
  if (options.palette) openPalette();
  else if (!options.hidden) openWindow();
  const trayMade = tray.start();
  // Whoever asks for the palette needs no window, nor a tray: the same command brings it back.
  if (options.palette) log.info({}, 'started for the palette');
  else if (options.hidden && !trayMade) openWindow();
  else if (options.hidden) clock.after(TRAY_HOST_GRACE, () => void withoutTray(tray, openWindow));
  if (options.hidden && !options.palette) late.start();
  else clock.after(PAINT_GRACE, () => late.start());
}

/** Runs it where nobody shows the icon. */
export async function withoutTray(tray: Pick<TraySetup, 'isShown'>, run: () => void): Promise<void> {
  if (!(await tray.isShown())) run();
}
