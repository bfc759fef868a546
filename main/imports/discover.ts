import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { appFolder, cliStorage, type ImportPlaces } from './places.ts';

/** Folders of clients, and of apps of one client, that are looked into at most. */
const MOST = 100;
const TOKENS = /^(?:[a-z][a-z0-9]{0,30}-)?tokens\.(?:json|db)$/;

/**
 * Names of the files that are where globus-cli and the SDK put them; whether each can be read is found out by
 * reading. Symlinked folders below `app` are not gone into.
 */
export async function discoverFiles(places: ImportPlaces): Promise<string[]> {
  const found = [cliStorage(places)];
  const app = appFolder(places);
  for (const client of await folders(app)) {
    // `app/<app name>/tokens.json`: the experimental GlobusApp of SDK 3.42, without the client.
    found.push(...(await tokenFiles(join(app, client))));
    for (const name of await folders(join(app, client))) {
      found.push(...(await tokenFiles(join(app, client, name))));
    }
  }
  return found;
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .slice(0, MOST);
}

async function tokenFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .map(({ name }) => name)
    .filter((name) => TOKENS.test(name))
    .sort()
    .map((name) => join(path, name));
}
