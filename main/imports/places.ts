import { join } from 'node:path';

/** Where other programs keep their tokens for this user. */
export interface ImportPlaces {
  /** Absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** null where the system has none (Windows). */
  readonly uid: number | null;
}

/**
 * The folder that globus-cli and the SDK share: `~/.globus`, on Windows `globus` in the local application data
 * (globus-cli login_manager/tokenstore.py `_get_data_dir`, globus-sdk token_storage/base.py
 * `_default_globus_app_filepath`). Neither reads XDG_DATA_HOME.
 */
export function globusFolder({ home, env, platform }: ImportPlaces): string {
  if (platform !== 'win32') return join(home, '.globus');
  const data = env['LOCALAPPDATA'] ?? env['APPDATA'] ?? join(home, 'AppData', 'Local');
  return join(data, 'globus');
}

/** `cli/storage.db` of globus-cli, all its profiles and environments in one file. */
export function cliStorage(places: ImportPlaces): string {
  return join(globusFolder(places), 'cli', 'storage.db');
}

/** `app/<client id>/<app name>/[<environment>-]tokens.{json,db}` of the SDK's GlobusApp. */
export function appFolder(places: ImportPlaces): string {
  return join(globusFolder(places), 'app');
}
