import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BrokerStartError, errorCode } from './start-error.ts';

/**
 * Makes `path` the socket's folder: created 0700 (its parent must exist), a symlink or another owner
 * refused, group and world access taken away (CHECKLIST 30).
 *
 * Only a folder with nothing but sockets in it is repaired: an override that points into /tmp or a project
 * must not close that folder for everybody else who uses it.
 *
 * @param uid whose folder it has to be
 * @throws BrokerStartError `folder-…`, `parent-unsafe`
 */
export function ensureSocketFolder(path: string, uid: number): void {
  checkParent(dirname(path), uid);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw new BrokerStartError('folder-missing-parent', `the socket's folder ${path} cannot be created`, {
        cause: error,
      });
    }
  }
  const folder = openFolder(path);
  try {
    // The opened folder is judged and repaired, not its name: what the name means can change in between.
    const stat = fstatSync(folder);
    if (stat.uid !== uid) {
      throw new BrokerStartError('folder-foreign', `${path} belongs to another user (uid ${stat.uid})`);
    }
    if ((stat.mode & 0o077) === 0) return;
    if ((stat.mode & constants.S_IFMT) !== constants.S_IFDIR || !holdsOnlySockets(path)) {
      throw new BrokerStartError(
        'folder-open',
        `${path} is open to other users and holds other files; choose a folder for the socket alone`,
      );
    }
    fchmodSync(folder, 0o700);
    if ((fstatSync(folder).mode & 0o077) !== 0) {
      throw new BrokerStartError(
        'folder-open',
        `${path} stays open to other users, its file system has no modes`,
      );
    }
  } finally {
    closeSync(folder);
  }
}

/** Whoever can rename things in the parent can put another folder in our place. */
export function checkParent(parent: string, uid: number): void {
  let stat;
  try {
    stat = lstatSync(`${parent}/.`);
  } catch (error) {
    throw new BrokerStartError(
      'folder-missing-parent',
      `${parent}, where the socket's folder goes, is missing`,
      {
        cause: error,
      },
    );
  }
  const sticky = (stat.mode & 0o1000) !== 0;
  const writableByOthers = (stat.mode & 0o022) !== 0;
  if ((stat.uid !== 0 && stat.uid !== uid) || (writableByOthers && !sticky)) {
    throw new BrokerStartError(
      'parent-unsafe',
      `${parent} can be changed by other users, so the socket's folder in it could be replaced`,
    );
  }
}

function openFolder(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    // Linux answers ENOTDIR for a symlink too, macOS ELOOP.
    const code = errorCode(error);
    const what =
      code === 'ENOTDIR' || code === 'ELOOP'
        ? 'is a symlink or a file, not a folder of its own'
        : 'cannot be opened';
    throw new BrokerStartError('folder-no-folder', `${path} ${what}`, { cause: error });
  }
}

function holdsOnlySockets(path: string): boolean {
  return readdirSync(path, { withFileTypes: true }).every((entry) => entry.isSocket());
}
