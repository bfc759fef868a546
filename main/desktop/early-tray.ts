import { join } from 'node:path';
import { Menu, Tray, nativeImage } from 'electron';
import { iconFile } from './tray.ts';

/**
 * The icon, as soon as Electron can make one: before settings, keychain library and everything behind them
 * are loaded. It says "starting" and can quit; desktop/tray.ts takes it over.
 * @returns null where the system takes no tray icon
 */
export function earlyTray(icons: string): Tray | null {
  try {
    const tray = new Tray(nativeImage.createFromPath(join(icons, iconFile('signed-out', process.platform))));
    tray.setToolTip('Globus Token Tray: starting');
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Starting…', enabled: false },
        { label: 'Quit', role: 'quit' },
      ]),
    );
    return tray;
  } catch {
    // desktop/tray.ts tries once more and says so in the log.
    return null;
  }
}
