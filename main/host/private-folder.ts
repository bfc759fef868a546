import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/**
 * Makes `path` a folder for its owner alone: created 0700, repaired when wider, refused when it is a
 * symlink, no folder, or somebody else's (CHECKLIST 28). On Windows the profile's ACL does this.
 * @throws Error saying what is wrong with it.
 */
export function ensurePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  if (!stat.isDirectory()) throw new Error(`${path} is not a folder of its own (a symlink or a file)`);
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (stat.uid !== uid) throw new Error(`${path} belongs to another user (uid ${stat.uid})`);
  if ((stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
}
