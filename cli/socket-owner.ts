import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { errorCode } from '../main/broker/start-error.ts';
import { Failure } from './failure.ts';

/** What stops a request before a byte of it is sent: the system's code, or whose the socket is. */
export type Unreachable = { readonly code: string } | { readonly foreign: string };

const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Whether a request may be sent to the socket at `path`: it and its folder are the user's. Another user who takes
 * /tmp/globus-token-<uid> first could otherwise play the agent, and be told the passphrase and the code of a sign-in
 * (CHECKLIST 30).
 *
 * A folder of root's will do where nobody else can replace the socket in it: not writable for others, or sticky, as
 * the /tmp into which `ssh -R` forwards. The socket itself has to be the user's even there. What modes the user gave
 * a folder of their own is not judged: the shell launcher cannot see it, and `doctor` says it.
 *
 * A link of the user's, as docs/ssh.md has one for tmux, counts as what it leads to, once: that is judged by the same
 * rules.
 *
 * @param linked whether `path` is where a link led
 * @returns null: it may
 */
export function unreachable(path: string, uid: number, linked = false): Unreachable | null {
  const folder = dirname(path);
  try {
    const folderStat = folderOf(folder);
    const whose = foreignFolder(folder, folderStat, uid);
    if (whose !== null) return { foreign: whose };
    const socket = lstatSync(path);
    if (socket.uid !== uid) return { foreign: `${path} belongs to another user (uid ${socket.uid})` };
    if (socket.isSymbolicLink()) {
      if (linked) return { foreign: `${path} is a symlink that a symlink led to` };
      const target = readlinkSync(path);
      // Not joined: `..` behind a linked folder is the system's to resolve.
      return unreachable(isAbsolute(target) ? target : `${folder}/${target}`, uid, true);
    }
    return socket.isSocket() ? null : { foreign: `${path} is no socket` };
  } catch (error) {
    // Not connected to even so: what is absent now could be somebody else's a moment later.
    return { code: errorCode(error) ?? 'failed' };
  }
}

/** @throws Failure `no-agent` */
export function refuseForeign(foreign: string): never {
  throw new Failure('no-agent', `${foreign}; nothing was sent.`, 'globus-token doctor');
}

/** The folder itself; of links only the system's own count as what they lead to: /tmp is one on macOS. */
function folderOf(path: string): Stats {
  return dirname(path) === '/' ? statSync(path) : lstatSync(path);
}

function foreignFolder(path: string, stat: Stats, uid: number): string | null {
  if (!stat.isDirectory()) return `${path} is a symlink or a file, not a folder`;
  if (stat.uid === uid) return null;
  if (stat.uid !== 0) return `${path} belongs to another user (uid ${stat.uid})`;
  const safe = (stat.mode & WRITABLE_BY_OTHERS) === 0 || (stat.mode & STICKY) !== 0;
  return safe ? null : `${path} can be changed by other users`;
}
