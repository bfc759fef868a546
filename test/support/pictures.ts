import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { APP_FOLDER } from './app-command.ts';

/** `npm run screenshots` puts what README and docs show into docs/images. */
const FOR_DOCS = process.env['SCREENSHOTS'] === 'docs';
const DOCS = join(APP_FOLDER, 'docs', 'images');
/** All the others, for whoever wants to see every state; not committed. */
export const RESULTS = join(APP_FOLDER, 'test-results', 'screenshots');

/** What README and docs show. */
const SHOWN = /^(?:signed-in|detail|prompt|palette)-(?:light|dark)$|^first-copy$/;

/** @param name without the ending @returns where the picture goes; the folder is there */
export async function picturePath(name: string): Promise<string> {
  const folder = FOR_DOCS && SHOWN.test(name) ? DOCS : RESULTS;
  await mkdir(folder, { recursive: true });
  return join(folder, `${name}.png`);
}

/**
 * A picture of a page in each theme.
 *
 * @returns the pictures
 */
export async function inBothThemes(page: Page, name: string): Promise<Buffer[]> {
  const pictures: Buffer[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    pictures.push(await page.screenshot({ path: await picturePath(`${name}-${colorScheme}`) }));
  }
  return pictures;
}
