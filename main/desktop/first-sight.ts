import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import type { Clock } from '../effects.ts';

/**
 * Whether a window is drawn before it is shown. Under Wayland it is not: `ready-to-show` may never come
 * (electron#48859), and a window that was drawn while it was hidden can stay away for good, shown or not
 * (seen on sway, without a graphics card). There it is shown first, with the page's background.
 */
export interface DrawnHidden {
  /** Absent: yes. */
  drawnHidden?: boolean;
}

/** To be made with. */
export function firstSightOptions({ drawnHidden = true }: DrawnHidden): BrowserWindowConstructorOptions {
  return drawnHidden ? { show: false } : { show: false, paintWhenInitiallyHidden: false };
}

/**
 * Milliseconds after the load, when a window is shown though nothing has said that it is drawn: where Chromium draws
 * nothing that is hidden, as on some machines without a graphics card, it would stay away for good.
 */
export const UNDRAWN = 3_000;

type FirstSight = DrawnHidden & { clock: Pick<Clock, 'after'> };

/** Calls `show` once: when the page is drawn, or has loaded where it is drawn no sooner. */
export function atFirstSight(
  window: Pick<BrowserWindow, 'once' | 'webContents' | 'isDestroyed'>,
  effects: FirstSight,
  show: () => void,
): void {
  let shown = false;
  const once = () => {
    if (!shown) show();
    shown = true;
  };
  if (effects.drawnHidden ?? true) window.once('ready-to-show', once);
  showUndrawn(window, effects, once);
}

/**
 * Calls `show` once the page has loaded where it says nothing of its size before it is shown; elsewhere only when it has
 * had the time to say it.
 */
export function showUndrawn(
  window: Pick<BrowserWindow, 'webContents' | 'isDestroyed'>,
  { drawnHidden = true, clock }: FirstSight,
  show: () => void,
): void {
  const late = () => {
    if (!window.isDestroyed()) show();
  };
  window.webContents.once('did-finish-load', () => {
    if (drawnHidden) clock.after(UNDRAWN, late);
    else show();
  });
}

/** Milliseconds that a window stays hidden: one that is shown at once again stays away every other time (GNOME 43). */
const AWAY = 100;

/**
 * A Wayland compositor lets no program take the keyboard, and has a mark for a window that asks for it; one that
 * is new it shows to the person, on the workspace where they are. Whether this one is in sight cannot be asked: on
 * GNOME a window that was left alone on another workspace still says that it has the focus.
 */
export function bringToFront(
  window: Pick<BrowserWindow, 'isDestroyed' | 'hide' | 'show' | 'focus'>,
  { drawnHidden = true, clock }: DrawnHidden & { clock: Pick<Clock, 'after'> },
): void {
  const show = () => {
    if (window.isDestroyed()) return;
    window.show();
    window.focus();
  };
  if (drawnHidden) {
    show();
    return;
  }
  window.hide();
  clock.after(AWAY, show);
}
