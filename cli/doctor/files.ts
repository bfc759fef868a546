import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder } from '../../main/headless/paths.ts';
import { text } from '../output.ts';
import { modeOf, statOf } from './socket.ts';
import { type Check, fail, type Finding, ok } from './types.ts';

/** Who may read what the agent keeps: folders 0700, files 0600, nobody else's, no links (CHECKLIST 28). */
export const filesCheck: Check = {
  name: 'files',
  exit: 'failed',
  async run(parts) {
    const state = await parts.status;
    const folder =
      state.kind === 'answers'
        ? text(state.status, 'data_folder')
        : dataFolder(parts.platform, parts.env, parts.home, false);
    if (parts.platform === 'win32') return [ok(`${folder} (the profile’s own access rules count)`)];
    if ((await statOf(folder)) === null) return [ok(`${folder} (not there yet)`)];
    const troubles = await look(folder, parts.uid, true);
    if (troubles.length > 0) return troubles;
    const inside = await Promise.all([
      ...FOLDERS.map(async (name) => look(join(folder, name), parts.uid, true)),
      ...(await ownFiles(folder)).map((path) => look(path, parts.uid, false)),
    ]);
    const found = inside.flat();
    return found.length === 0 ? [ok(folder)] : found;
  },
};

const FOLDERS = ['audit', 'logs', 'locks'];
const FILES = ['vault.bin', 'policy.json', 'approvals.json', 'cli.json'];

/** What of a folder is ours: an Electron app keeps its browser's files beside. */
async function ownFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const audit = await readdir(join(folder, 'audit')).catch(() => []);
  return [
    ...names.filter((name) => FILES.includes(name) || /^(?:settings|config).*\.json$/.test(name)),
    ...audit.map((name) => join('audit', name)),
  ].map((name) => join(folder, name));
}

async function look(path: string, uid: number | null, isFolder: boolean): Promise<Finding[]> {
  const stat = await statOf(path);
  if (stat === null) return [];
  if (stat.isSymbolicLink()) return [fail('failed', `${path} is a symbolic link`, `Put the real one there`)];
  if (stat.isDirectory() !== isFolder) {
    return [fail('failed', `${path} is ${isFolder ? 'no folder' : 'no file'}`, 'Move it away')];
  }
  if (uid !== null && stat.uid !== uid) {
    return [fail('failed', `${path} belongs to another user (uid ${stat.uid})`, `chown ${uid} ${path}`)];
  }
  if ((stat.mode & 0o077) === 0) return [];
  const next = `chmod ${isFolder ? '700' : '600'} ${path}`;
  return [fail('failed', `${path} is open to other users (${modeOf(stat)})`, next)];
}
