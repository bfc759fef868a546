import { describe, expect, test, vi } from 'vitest';
import { STATES } from '../support/fake-bridge.ts';
import { pageHost } from './page-host.ts';
import { openPlace, type Place, PLACES, RICH } from './places.ts';
import { cut, sideways } from './reach.ts';

// A real browser on a busy machine.
vi.setConfig({ testTimeout: 40_000 });

const host = pageHost();

/**
 * WCAG 1.4.10 asks for no sideways scrolling at 320 CSS pixels, WCAG 1.4.4 for text twice as large. Both together in
 * the narrowest window, 360 px at a zoom of 200 %, leave 180 CSS pixels: that is what is held here.
 */
const SIZES: [title: string, width: number, height: number][] = [
  ['360 px', 360, 560],
  ['320 px, WCAG 1.4.10', 320, 480],
  ['360 px at 200 %', 180, 320],
  ['520 px', 520, 800],
  ['1,600 px', 1600, 900],
];

/** Its window is 560 px wide, always: a zoom of 200 % leaves half. */
const NARROWEST_PALETTE = 280;

/** Sentences that are wider than an eye follows back: more than about a hundred characters. */
const MOST_CHARACTERS = 110;

describe.each(PLACES.map((place): [string, Place] => [place.title, place]))('[C58] %s', (_title, place) => {
  test('is whole, and nothing lies on anything, from 180 to 1,600 px', async () => {
    const opened = await openPlace(host, place);
    const { page } = opened;
    for (const [title, width, height] of SIZES) {
      if (width < (place.page === 'palette' ? NARROWEST_PALETTE : 0)) continue;
      await page.setViewportSize({ width, height });
      // An open menu finds its new place a frame or two after the page has its new width.
      await expect.poll(() => sideways(opened), { message: title }).toEqual([]);
      await expect.poll(() => cut(opened), { message: title }).toEqual([]);
    }
    const long = await page.evaluate((most) => {
      const wide: string[] = [];
      for (const node of document.querySelectorAll('p, dd, li > span')) {
        if (node.closest('.truncate, .visually-hidden, .strip, .toast') !== null) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const rects = [...range.getClientRects()];
        const length = (node.textContent ?? '').replaceAll(/\s+/g, ' ').trim().length;
        const rows = new Set(rects.map(({ bottom }) => Math.round(bottom / 8))).size;
        if (rows > 1 && length / rows > most)
          wide.push(`${length} in ${rows}: ${node.textContent?.slice(0, 50)}`);
      }
      return wide;
    }, MOST_CHARACTERS);
    expect(long).toEqual([]);
    await opened.close();
  });
});

// At rest a row is text only; its button comes with the pointer, and needs room beside the name and the time.
test.each(['every scope state', 'long names'])(
  '[C58] a row under the pointer has room for its button: %s',
  async (name) => {
    const opened = await host.open(STATES[name] ?? RICH);
    const { page } = opened;
    for (const [title, width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      for (const row of await page.locator('li[data-scope] .row').all()) {
        await row.hover();
        await expect.poll(() => sideways(opened), { message: title }).toEqual([]);
        await expect.poll(() => cut(opened), { message: title }).toEqual([]);
      }
    }
    await opened.close();
  },
);

test('[C58] what lies on something and what is cut is found', async () => {
  const opened = await host.open(RICH);
  const { page } = opened;
  expect(await cut(opened)).toEqual([]);
  await page.locator('li[data-scope] .row').first().hover();
  await page.evaluate(() => {
    const copy = document.querySelector<HTMLElement>('.copy');
    copy?.style.setProperty('position', 'absolute');
    copy?.style.setProperty('left', '20px');
    const heading = document.querySelector<HTMLElement>('h2');
    heading?.style.setProperty('width', '9px');
    heading?.style.setProperty('overflow', 'hidden');
    heading?.style.setProperty('white-space', 'nowrap');
  });
  const found = await cut(opened);
  expect(found).toContainEqual(expect.stringMatching(/opener .* lies on .*Copy curl for view_flows/));
  expect(found).toContainEqual(expect.stringMatching(/^H2 .* is cut: \d+ in 9$/));
  await opened.close();
});

test.each(['waiting', 'exchanging', 'copied', 'every scope state'])(
  '[C58] for people who asked for less motion, nothing moves: %s',
  async (name) => {
    const opened = await host.open(STATES[name] ?? RICH, { reducedMotion: true });
    const { page } = opened;
    // What is shown by itself, and what a press sets off.
    await page.keyboard.press('Tab');
    if (name === 'copied') await page.keyboard.press('?');
    const moving = await page.evaluate(
      () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
    );
    expect(moving).toBe(0);
    await opened.close();
  },
);
