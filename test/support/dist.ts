import { join, resolve } from 'node:path';
import { packageUnderTest } from './app-command.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

/**
 * The built bundles under test: `dist`, or where DIST had `npm run build` put them; of a package under test those that
 * lie beside its archive.
 */
export const DIST = bundles();

function bundles(): string {
  const folder = packageUnderTest();
  return folder === null ? resolve(ROOT, process.env['DIST'] ?? 'dist') : join(folder, 'resources');
}
