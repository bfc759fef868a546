import { resolve } from 'node:path';

/** The built bundles under test: `dist`, or where DIST had `npm run build` put them. */
export const DIST = resolve(import.meta.dirname, '..', '..', process.env['DIST'] ?? 'dist');
