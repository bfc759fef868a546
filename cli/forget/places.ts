import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { APP_ID } from '../../main/host/app-id.ts';
import { dataFolder } from '../../main/headless/paths.ts';
import { uninstallUnits, unitFolder } from '../agent/install.ts';

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Of the user. */
  readonly home: string;
}

export interface Forgotten {
  /** Absolute paths that are gone. */
  readonly removed: readonly string[];
  /** What is still there, and why: one sentence. */
  readonly left: readonly { readonly path: string; readonly why: string }[];
  /** What the service manager has to be told; null: it had no unit of ours. */
  readonly command: string | null;
}

/** In the autostart file that the app wrote. */
const MARK = /^X-Globus-Token-Tray=/m;
const FOREIGN = 'It is not from this app.';

/**
 * Removes what the app keeps for this user besides sign-ins: the data folder with settings, rules and audit log, the
 * entry that starts it with the session, the units of its agent. No program may be using them. On macOS and Windows the
 * system keeps the entry, which goes with the app.
 *
 * @param folder the data folder
 */
export function forgetPlaces(folder: string, machine: Machine): Forgotten {
  const removed: string[] = [];
  const left: Forgotten['left'][number][] = [];
  const remove = (path: string, why: string | null): void => {
    const trouble = why ?? removeAll(path);
    if (trouble === null) removed.push(path);
    else left.push({ path, why: trouble });
  };

  const { platform, env, home } = machine;
  let command: string | null = null;
  if (platform !== 'win32') {
    const manager = platform === 'darwin' ? 'launchd' : 'systemd';
    const units = unitFolder(manager, env, home);
    try {
      const ended = uninstallUnits(manager, units);
      removed.push(...ended.files);
      if (ended.files.length > 0) command = ended.command;
    } catch (error) {
      left.push({ path: units, why: error instanceof Error ? error.message : FOREIGN });
    }
    const entry = join(configFolder(machine), 'autostart', `${APP_ID.real}.desktop`);
    if (platform === 'linux' && isThere(entry)) remove(entry, isMarked(entry) ? null : FOREIGN);
  }
  if (isThere(folder)) remove(folder, notOurs(folder));
  return { removed, left, command };
}

/** The app's own folder, where no agent says which it uses. */
export function ownDataFolder({ platform, env, home }: Machine): string {
  return dataFolder(platform, env, home, false);
}

/** Whether the settings in it name no sign-in; a folder that is not there holds none. False when they cannot be read. */
export function holdsNoSignIn(folder: string): boolean {
  if (!isThere(folder)) return true;
  try {
    const settings: unknown = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
    const grants =
      typeof settings === 'object' && settings !== null && 'grants' in settings ? settings.grants : null;
    return Array.isArray(grants) && grants.length === 0;
  } catch (error) {
    return codeOf(error) === 'ENOENT' && !isThere(join(folder, 'vault.bin'));
  }
}

/** A folder that somebody chose may hold more than ours. */
function notOurs(folder: string): string | null {
  if (!([APP_ID.real, APP_ID.demo] as string[]).includes(basename(folder))) {
    return 'It was chosen with --data-folder and may hold other files, so it is yours to remove.';
  }
  const { uid } = lstatSync(folder);
  const isFolder = lstatSync(folder).isDirectory();
  return isFolder && uid === (process.getuid?.() ?? uid) ? null : 'It is a link, or another user’s.';
}

function removeAll(path: string): string | null {
  try {
    rmSync(path, { recursive: true, force: true });
    return null;
  } catch (error) {
    return `It could not be removed (${codeOf(error)}).`;
  }
}

function configFolder({ env, home }: Machine): string {
  const config = env['XDG_CONFIG_HOME'] ?? '';
  return config.startsWith('/') ? config : join(home, '.config');
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isMarked(path: string): boolean {
  try {
    return MARK.test(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
