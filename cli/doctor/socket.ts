import { lstat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../../main/broker/start-error.ts';
import { text } from '../output.ts';
import { elsewhere } from './elsewhere.ts';
import { type Check, type DoctorParts, fail, type Finding, ok, warn } from './types.ts';

/** Who may reach the socket, and whether it is what it seems (CHECKLIST 30). */
export const socketCheck: Check = {
  name: 'socket',
  exit: 'failed',
  async run(parts) {
    const { client, platform, uid } = parts;
    // Throws where no socket may be; the agent's check says so.
    const path = pathOf(parts);
    if (path === null) return [];
    if (platform === 'win32') return [ok(`${client.path} (a pipe for this user alone)`)];
    const folder = dirname(path);
    const folderStat = await statOf(folder).catch(hidden);
    if (folderStat === 'hidden') return [shut(folder, null, uid)];
    if (folderStat === null) return [ok(`${path} (not there yet; the agent makes it)`)];
    const around = folderTroubles(folder, folderStat, parts);
    const socketStat = await statOf(path).catch(hidden);
    if (socketStat === 'hidden') return around.length > 0 ? around : [shut(folder, folderStat, uid)];
    const troubles = [...around, ...socketTroubles(path, socketStat, uid)];
    if (troubles.length > 0) return troubles;
    return [ok(socketStat === null ? `${path} (not there yet; the agent makes it)` : path)];
  },
};

const HEADLESS = 'agent without a window';

/** Whether an agent answers, and as which version. */
export const agentCheck: Check = {
  name: 'agent',
  exit: 'no-agent',
  async run(parts) {
    const { status, version, platform } = parts;
    const state = await status;
    if (state.kind === 'silent') {
      const found = state.exit === 'no-agent' ? elsewhere(parts) : [];
      return [fail(state.exit, state.why, state.next), ...found];
    }
    const theirs = text(state.status, 'version');
    const kind = text(state.status, 'kind') === 'headless' ? HEADLESS : 'tray app';
    const who = `${kind} ${theirs}, process ${text(state.status, 'pid')}`;
    if (state.status['locked'] === true) {
      return [fail('locked', `${who}, is locked and hands out nothing`, 'globus-token unlock')];
    }
    if (kind === HEADLESS && platform !== 'linux') {
      const next = 'Start the app, which asks in a window of its own';
      return [warn(`${who}, hands out no token: this system does not tell who asks`, next)];
    }
    if (theirs === version) return [ok(who)];
    return [warn(`${who}; this program is ${version}`, 'Quit and start the older one again, updated')];
  },
};

function pathOf({ client }: DoctorParts): string | null {
  try {
    return client.path;
  } catch {
    return null;
  }
}

/** A folder that may not be entered does not show what is in it. */
function hidden(error: unknown): 'hidden' {
  if (errorCode(error) === 'EACCES') return 'hidden';
  throw error;
}

/**
 * In a container the owner of what the host gave is often root, who is nobody to distrust.
 *
 * @param stat null: not even whose it is may be looked at
 */
function shut(folder: string, stat: Stats | null, uid: number | null): Finding {
  const who = uid === null ? '' : ` (uid ${uid})`;
  const whose = stat === null ? '' : `; it is uid ${stat.uid}’s`;
  const says = `${folder} may not be entered by you${who}${whose}`;
  return fail('failed', says, 'Ask as the user whose agent it is');
}

function folderTroubles(folder: string, stat: Stats, { uid, env }: DoctorParts): Finding[] {
  const isOurs = (env['GLOBUS_TOKEN_SOCK'] ?? '') === '';
  if (stat.isSymbolicLink()) {
    return [fail('failed', `${folder} is a symbolic link`, 'Remove it, then start the agent again')];
  }
  if (!stat.isDirectory()) return [fail('failed', `${folder} is no folder`, 'Move it away')];
  if (uid !== null && stat.uid !== uid && (isOurs || stat.uid !== 0)) {
    const next = isOurs
      ? 'Tell the administrator: somebody took the place'
      : 'Choose another GLOBUS_TOKEN_SOCK';
    return [fail('failed', `${folder} belongs to another user (uid ${stat.uid})`, next)];
  }
  if ((stat.mode & 0o077) === 0) return [];
  // A socket that SSH forwards may stand in /tmp; what counts there is its own mode.
  if (!isOurs) return [warn(`${folder} is open to other users (${modeOf(stat)})`, `chmod 700 ${folder}`)];
  return [fail('failed', `${folder} is open to other users (${modeOf(stat)})`, `chmod 700 ${folder}`)];
}

function socketTroubles(path: string, stat: Stats | null, uid: number | null): Finding[] {
  if (stat === null) return [];
  if (!stat.isSocket()) return [fail('failed', `${path} is no socket`, 'Move it away')];
  if (uid !== null && stat.uid !== uid) {
    return [
      fail('failed', `${path} belongs to another user (uid ${stat.uid})`, 'Do not use it; tell its owner'),
    ];
  }
  if ((stat.mode & 0o077) === 0) return [];
  return [fail('failed', `${path} is open to other users (${modeOf(stat)})`, `chmod 600 ${path}`)];
}

/** "755" */
export function modeOf(stat: Stats): string {
  return (stat.mode & 0o777).toString(8).padStart(3, '0');
}

/** Of the name itself, not of what a link leads to; null: it is not there. */
export async function statOf(path: string): Promise<Stats | null> {
  return lstat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}
