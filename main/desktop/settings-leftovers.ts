import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What conf writes beside the file before it renames it (`atomically`, utils/temp.js); a process that is killed in
 * between leaves it, and nobody else takes it away.
 */
const TEMPORARY = /^settings(?:\.backup)?\.json\.tmp-\d{10}[0-9a-f]{6}$/;

/** Names of half-written settings in the folder; none where it cannot be read. */
export function settingsLeftovers(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => TEMPORARY.test(name));
  } catch {
    return [];
  }
}

/** To be called while nobody writes the settings. Never throws: one that stays costs a few kilobytes. */
export function removeSettingsLeftovers(folder: string): void {
  for (const name of settingsLeftovers(folder)) {
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // The next start tries again.
    }
  }
}
