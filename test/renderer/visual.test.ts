import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { pictureDifference } from '../support/picture-difference.ts';
import { pageHost } from './page-host.ts';
import { openPlace, placeOf } from './places.ts';
import { armedPrompt, told } from './prompt-page.ts';

// A real browser on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 180_000 });

const ACCEPTED = join(import.meta.dirname, 'visual');
const FAILED = join(import.meta.dirname, '..', '..', 'test-results', 'visual');
/** `npm run screenshots` sets it: what the page looks like now is what it shall look like. */
const ACCEPT = process.env['SCREENSHOTS'] === 'docs';
/** Of all pixels: a line of text that moved, an icon that is gone, a colour that changed are more. */
const TOLERATED = 0.002;

/** Titles of places: one picture of everything that is drawn by itself; the rest is made of the same parts. */
const FIXED: readonly string[] = [
  '"first run"',
  '"signed out"',
  '"waiting"',
  '"done with less"',
  '"failed"',
  '"signed in"',
  '"every scope state"',
  '"two accounts"',
  '"with flows"',
  '"copied"',
  '"broker denies"',
  '"no keychain"',
  '"locked"',
  '"standing problem"',
  '"long names"',
  'a copy that takes long',
  'flows that are searched for',
  'a sign-out that takes long',
  'an account whose sign-out takes long',
  'a keychain that does not answer',
  'an update that is downloaded',
  '"offline"',
  'an empty list',
  'a row with many requests',
  'a detail with everything open',
  'the dialog that adds a scope',
  'the list of keys',
  'the list of keys without single letters',
  'the settings',
  'the approvals',
  'the audit log',
  'the palette',
  'token files that take long to be taken in',
  'an audit log that is being read',
  'a copy from the palette that takes long',
];

/** Of what would not be seen whole in a window of the usual size. */
const SIZES: Readonly<Record<string, { width: number; height: number }>> = {
  'a detail with everything open': { width: 400, height: 1_500 },
};
const PALETTE = { width: 560, height: 420 };

let fonts: string;
// Hooks after the tests run the other way round: the browser ends first.
afterAll(() => rm(fonts, { recursive: true, force: true }));
const host = pageHost(async () => {
  fonts = await mkdtemp(join(tmpdir(), 'fonts-'));
  const config = join(fonts, 'fonts.conf');
  await writeFile(config, FONTS);
  await mkdir(ACCEPTED, { recursive: true });
  await mkdir(FAILED, { recursive: true });
  return { env: { ...process.env, FONTCONFIG_FILE: config } };
});

/** @throws where it looks different from what was accepted, naming the pictures to look at */
async function expectAccepted(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  const now = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const path = join(ACCEPTED, `${name}.png`);
  if (ACCEPT) return writeFile(path, now);
  expect(existsSync(path), `${name} was never accepted: npm run screenshots`).toBe(true);
  const { share, picture } = await pictureDifference(page, await readFile(path), now);
  if (share > TOLERATED) {
    await writeFile(join(FAILED, `${name}.png`), now);
    if (picture !== null) await writeFile(join(FAILED, `${name}-difference.png`), picture);
  }
  expect(share, `${name} looks different: see test-results/visual, or npm run screenshots`).toBeLessThan(
    TOLERATED,
  );
}

describe.each(FIXED)('%s', (title) => {
  test.each(['light', 'dark'] as const)('looks as it was accepted, in %s', async (theme) => {
    const place = placeOf(title);
    const size = place.page === 'palette' ? PALETTE : SIZES[title];
    // A state as it is shown by itself: nothing in it is opened.
    const asIs = title.startsWith('"') ? { ...place, go: async () => {} } : place;
    const opened = await openPlace(host, asIs, { ...size, dark: theme === 'dark' });
    const name = title.replaceAll('"', '').replaceAll(/[^a-z0-9]+/g, '-');
    await expectAccepted(opened.page, `${name}-${theme}`);
    await opened.close();
  });
});

// A window of its own, as high as its text.
test.each(['light', 'dark'] as const)('the prompt looks as it was accepted, in %s', async (theme) => {
  const page = await armedPrompt(host.parts, { dark: theme === 'dark' });
  const height = (await told(page)).heights.at(-1) ?? 0;
  await page.setViewportSize({ width: 380, height });
  await expectAccepted(page, `the-prompt-${theme}`);
  await page.context().close();
});

test('a row that is gone, a word that changed or another colour is more than is tolerated', async () => {
  const { page, close } = await openPlace(host, { ...placeOf('"signed in"'), go: async () => {} });
  const before = await page.screenshot({ animations: 'disabled' });
  const changes: [string, () => void][] = [
    ['row', () => document.querySelectorAll('li')[2]?.remove()],
    ['word', () => document.querySelector('h2')?.replaceChildren('Something else')],
    [
      'colour',
      () => document.querySelector<HTMLElement>('[data-opener]')?.style.setProperty('background', 'red'),
    ],
  ];
  for (const [what, change] of changes) {
    await page.evaluate(change);
    const { share } = await pictureDifference(
      page,
      before,
      await page.screenshot({ animations: 'disabled' }),
    );
    expect(share, what).toBeGreaterThan(TOLERATED);
  }
  await close();
});

/** One family, whatever else is installed: pictures of two machines can be compared. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/dejavu</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <selectfont><rejectfont><glob>*Serif*</glob><glob>*Math*</glob></rejectfont></selectfont>
  <alias binding="same"><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
