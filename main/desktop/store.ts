import ElectronStore from 'electron-store';
import { outliveFileSizeLimit } from '../host/file-size-limit.ts';
import type { Locks } from '../session/locks/types.ts';
import type { SettingsStore } from '../settings/types.ts';
import { openSettingsFile } from './settings-file.ts';

/**
 * The settings of the desktop app: electron-store underneath, the rules in settings-file.ts (which the
 * tests run on conf, because electron-store can't be loaded outside Electron).
 */
export function openDesktopSettings(folder: string, now: () => number, locks: Locks): SettingsStore {
  // conf has its listener by now.
  outliveFileSizeLimit(process);
  return openSettingsFile(folder, (options) => new ElectronStore(options), now, locks);
}
