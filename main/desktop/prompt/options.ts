import type { BrowserWindowConstructorOptions } from 'electron';
import { firstSightOptions } from '../first-sight.ts';
import { windowOptions, type WindowEffects } from '../window.ts';

/** CSS pixels of the page; the height follows the text. */
export const PROMPT_WIDTH = 380;
/** Before the page says how high it is; close to the usual question, so that little moves. */
export const FIRST_HEIGHT = 280;

/** The tray window's protections, word for word, on a small window that stays on top. */
export function promptWindowOptions(
  effects: Pick<WindowEffects, 'partition' | 'preload' | 'icon' | 'isDark' | 'drawnHidden'>,
): BrowserWindowConstructorOptions {
  const { webPreferences, icon, backgroundColor } = windowOptions(effects);
  return {
    width: PROMPT_WIDTH,
    height: FIRST_HEIGHT,
    useContentSize: true,
    ...firstSightOptions(effects),
    center: true,
    title: 'Globus Token Tray asks',
    ...(icon === undefined ? {} : { icon }),
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
    alwaysOnTop: true,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    skipTaskbar: false,
    autoHideMenuBar: true,
    webPreferences: {
      ...webPreferences,
      // The countdown goes on while another window covers this one.
      backgroundThrottling: false,
    },
  };
}
