import { join } from 'node:path';
import { DIST as BUILT } from '../../scripts/build.mjs';
import { packageUnderTest } from './app-command.ts';

/**
 * The built bundles under test: `dist`, or where DIST had `npm run build` put them; of a package under test those that
 * lie beside its archive.
 */
export const DIST = bundles();

function bundles(): string {
  const folder = packageUnderTest();
  return folder === null ? BUILT : join(folder, 'resources');
}
