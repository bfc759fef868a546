import { join, resolve } from 'node:path';
import { packageUnderTest } from './app-command.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

/**
 * The built bundles under test: `dist`, or where DIST had `npm run build` put them; of a package under test those that
 * lie beside its archive.
 */
export const DIST = bundles();

/** What `npm run build` made of this tree, whatever is under test. */
export function builtHere(): string {
  return resolve(ROOT, process.env['DIST'] ?? 'dist');
}

function bundles(): string {
  const folder = packageUnderTest();
  return folder === null ? builtHere() : join(folder, 'resources');
}
