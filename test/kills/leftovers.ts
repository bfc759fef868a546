import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SANDBOX_MARKER } from '../sandbox/secrets.ts';
import { type House, PASSPHRASE } from '../support/agent-house.ts';

/** Files that a dead agent was about to rename, and sockets that it was about to publish. */
const TEMPORARY = /\.tmp$|\.tmp-|\.new$|^\.[0-9a-f]{6}$/;

/** A write that is under way is over long before, on a busy machine too. Milliseconds. */
const WRITTEN_BY = 2_000;

/** Names of what writes that never ended left behind; those of the agent that runs now have their time. */
export async function temporaryFiles(house: House): Promise<string[]> {
  const folders = [house.data, house.socketFolder];
  const first = performance.now();
  for (let left: string[] | null = null; ; await delay(20)) {
    const names = (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat();
    // A later write has a name of its own, and is nobody's leftover.
    left = names.filter((name) => TEMPORARY.test(name) && (left?.includes(name) ?? true));
    if (left.length === 0 || performance.now() - first > WRITTEN_BY) return left;
  }
}

/** Files beside the good ones that say that something was found bad. */
export async function setAside(house: House): Promise<string[]> {
  return (await readdir(house.data)).filter((name) => name.includes('corrupt'));
}

/** Files that hold a token, a code or the passphrase; the vault's own is sealed, and may not either. */
export async function filesWithSecrets(house: House): Promise<string[]> {
  const found: string[] = [];
  for (const folder of [house.data, house.socketFolder]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((one) => one.isFile())) {
      const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
      if (content.includes(SANDBOX_MARKER) || content.includes(PASSPHRASE)) found.push(entry.name);
    }
  }
  return found;
}
