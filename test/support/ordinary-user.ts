import { chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** For `spawn`: whom a program is to run as. */
export interface Credentials {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Somebody without root’s rights, who may look into every process: "nobody" where the tests run as root, else the
 * user whom they run as.
 */
export function ordinaryUser(): Credentials {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
}

/** Gives a folder and all that is in it to that user. */
export async function giveTo({ uid, gid }: Credentials, folder: string): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  const inside = await readdir(folder, { recursive: true });
  await Promise.all(['', ...inside].map((path) => chown(join(folder, path), uid, gid)));
}
