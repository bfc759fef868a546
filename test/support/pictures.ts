import { join } from 'node:path';
import { APP_FOLDER } from './electron-app.ts';

/** `npm run screenshots` puts pictures into the docs; a plain test run only proves that they can be made. */
export const PICTURES = join(
  APP_FOLDER,
  ...(process.env['SCREENSHOTS'] === 'docs' ? ['docs', 'images'] : ['test-results']),
);
