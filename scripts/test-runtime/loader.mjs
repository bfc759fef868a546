// Stands in for the default_app.asar that an Electron build taken out of a packaged app does not have:
// `electron [--flags] <app folder> [arguments]`. It must be an ES module, because a CommonJS loader cannot
// load an ES-module main in time for `protocol.registerSchemesAsPrivileged`.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

/** What Electron's own default app uses and the public types leave out. */
const host = /** @type {import('electron').App & {
  setVersion(version: string): void,
  setAppPath(path: string): void,
  setDesktopName?(name: string): void,
}} */ (app);

const given = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (given === undefined) {
  process.stderr.write('usage: electron [--flags] <app folder> [arguments]\n');
  process.exit(2);
}
const folder = resolve(given);
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

Object.assign(process, { defaultApp: true });
host.setName(manifest.productName ?? manifest.name);
host.setVersion(manifest.version);
host.setAppPath(folder);
host.setDesktopName?.(manifest.desktopName ?? `${manifest.name}.desktop`);

await import(pathToFileURL(join(folder, manifest.main)).href);
