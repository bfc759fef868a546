import { homedir } from 'node:os';
import type { ImportPlaces } from '../imports/places.ts';

/** This user's own places: Python's `expanduser`, which globus-cli asks, goes by HOME first as Node does. */
export function importPlaces(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): ImportPlaces {
  return { home: homedir(), env, platform, uid: process.getuid?.() ?? null };
}
