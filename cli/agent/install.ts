import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { LAUNCHD_LABEL, type Manager, SERVICE_UNIT, SOCKET_UNIT, type UnitFile } from './unit-texts.ts';

/** In every unit that we wrote; what has it not is somebody’s own and stays as it is. */
const MADE_BY = 'Made by: globus-token agent';

export interface Installed {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** The one command that puts it into effect. */
  readonly command: string;
}

/** Where a service manager looks for a user’s own units. @param home of the user */
export function unitFolder(
  manager: Manager,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (manager === 'launchd') return join(home, 'Library', 'LaunchAgents');
  const config = env['XDG_CONFIG_HOME'] ?? '';
  return join(config.startsWith('/') ? config : join(home, '.config'), 'systemd', 'user');
}

/** @throws Failure for a file of the same name that is not ours, or that cannot be written: none is changed then */
export function installUnits(manager: Manager, folder: string, units: readonly UnitFile[]): Installed {
  const files = units.map(({ name }) => join(folder, name));
  files.forEach(refuseForeign);
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of units) writeOver(join(folder, name), text);
  return { files, command: enable(manager, join(folder, `${LAUNCHD_LABEL}.plist`)) };
}

/** @throws Failure as `installUnits` */
export function uninstallUnits(manager: Manager, folder: string): Installed {
  const names = manager === 'launchd' ? [`${LAUNCHD_LABEL}.plist`] : [SOCKET_UNIT, SERVICE_UNIT];
  const files = names.map((name) => join(folder, name)).filter((path) => kindOf(path) !== 'absent');
  files.forEach(refuseForeign);
  for (const path of files) unlinkSync(path);
  // The link that `enable` made: without its file systemctl would not find it any more.
  if (manager === 'systemd') rmSync(join(folder, 'sockets.target.wants', SOCKET_UNIT), { force: true });
  return { files, command: manager === 'launchd' ? LAUNCHD_END : SYSTEMD_END };
}

/** Puts what is written into effect. */
export const SYSTEMD_START = `systemctl --user daemon-reload && systemctl --user enable --now ${SOCKET_UNIT}`;
const SYSTEMD_END = `systemctl --user stop ${SOCKET_UNIT} ${SERVICE_UNIT}; systemctl --user daemon-reload`;
const LAUNCHD_END = `launchctl bootout gui/$(id -u)/${LAUNCHD_LABEL}`;

function enable(manager: Manager, plist: string): string {
  if (manager === 'systemd') return SYSTEMD_START;
  return `launchctl bootstrap gui/$(id -u) '${plist.replaceAll("'", String.raw`'\''`)}'`;
}

function refuseForeign(path: string): void {
  const kind = kindOf(path);
  if (kind === 'absent' || (kind === 'file' && isOurs(path))) return;
  throw new Failure(
    'usage',
    `${path} is not from globus-token. Nothing was changed.`,
    'Move it away, or print ours: globus-token agent --unit systemd',
  );
}

function isOurs(path: string): boolean {
  return readFileSync(path, 'utf8').includes(MADE_BY);
}

/** A symlink (a masked unit is one) is `other`. */
function kindOf(path: string): 'absent' | 'file' | 'other' {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'absent';
  return stat.isFile() ? 'file' : 'other';
}

function writeOver(path: string, text: string): void {
  const fresh = `${path}.${process.pid}`;
  try {
    writeFileSync(fresh, text, { flag: 'wx' });
    chmodSync(fresh, 0o644);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
