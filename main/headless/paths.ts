import { posix, win32 } from 'node:path';
import { APP_ID } from '../host/app-id.ts';

/**
 * The data folder of the desktop app, found without Electron: its `appData` per system (Electron's `app.getPath`)
 * and the app's name below it.
 *
 * @param home of the user
 */
export function dataFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  demo: boolean,
): string {
  const id = demo ? APP_ID.demo : APP_ID.real;
  if (platform === 'win32') {
    return win32.join(set(env['APPDATA']) ?? win32.join(home, 'AppData', 'Roaming'), id);
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', id);
  return posix.join(set(env['XDG_CONFIG_HOME']) ?? posix.join(home, '.config'), id);
}

function set(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
