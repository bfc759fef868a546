import { join, resolve } from 'node:path';
import type { App } from 'electron';
import { APP_ID } from '../host/app-id.ts';
import { ensurePrivateFolder } from '../host/private-folder.ts';
import { StartRefused } from '../host/start.ts';
import type { StartOptions } from './start-options.ts';

/**
 * Names the app to the system and gives it its data folder, 0700: `--user-data-dir` as Chromium has it, else
 * one per environment family beside the other apps'.
 * @returns the data folder.
 */
export function setupIdentity(
  app: Pick<App, 'setName' | 'setAppUserModelId' | 'getPath' | 'setPath' | 'commandLine'>,
  options: StartOptions,
): string {
  const id = options.demo === null ? APP_ID.real : APP_ID.demo;
  const given = app.commandLine.getSwitchValue('user-data-dir');
  const folder = given === '' ? join(app.getPath('appData'), id) : resolve(given);
  try {
    ensurePrivateFolder(folder);
  } catch (error) {
    throw new StartRefused(error instanceof Error ? error.message : 'the data folder cannot be used');
  }
  app.setName('Globus Token Tray');
  app.setPath('userData', folder);
  // Windows groups the taskbar by it and shows notifications only for a known one.
  app.setAppUserModelId(`org.globus-token-tray.${id}`);
  return folder;
}
