import { describe, expect, test } from 'vitest';
import { CALL, PROBLEM, STATES } from '../support/fake-bridge.ts';
import type { OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { RICH } from './places.ts';

const host = pageHost();

const SIZES: [width: number, height: number][] = [
  [400, 640],
  [360, 560],
];

/** Whether all of the filter, and the line of the row that has the focus, can be seen; what is missing in words. */
function missing({ page }: OpenPage): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const field = document.querySelector('[data-filter]');
    const row = document.activeElement?.closest('[data-scope]')?.querySelector('.row') ?? null;
    for (const [name, node] of [
      ['filter', field],
      ['row', row],
    ] as const) {
      const box = node?.getBoundingClientRect();
      if (node === null || box === undefined) {
        found.push(`no ${name}`);
        continue;
      }
      for (const [edge, y] of [
        ['top', box.top + 2],
        ['bottom', box.bottom - 2],
      ] as const) {
        const there = document.elementFromPoint(box.left + 60, y);
        if (there === null || !node.contains(there)) found.push(`the ${edge} of the ${name}`);
      }
    }
    return found;
  });
}

describe.each(SIZES)('[C58] in a window of %i × %i', (width, height) => {
  test('a row that opens shows its own line below the whole filter', async () => {
    const opened = await host.open(RICH, { width, height });
    const openers = opened.page.locator('[data-opener]');
    const count = await openers.count();
    expect(count).toBeGreaterThan(6);
    for (let row = 0; row < count; row += 1) {
      await openers.nth(row).focus();
      await opened.page.keyboard.press('Enter');
      await opened.page.locator('li .detail').waitFor();
      expect(await missing(opened), `row ${row}`).toEqual([]);
      await opened.page.keyboard.press('Enter');
    }
    await opened.close();
  });

  test('a row that comes by the arrow keys, down or up, is not under the filter', async () => {
    const opened = await host.open(RICH, { width, height });
    const openers = opened.page.locator('[data-opener]');
    const count = await openers.count();
    await openers.first().click();
    for (const key of ['ArrowDown', 'ArrowUp'])
      for (let step = 1; step < count; step += 1) {
        await opened.page.keyboard.press(key);
        expect(await missing(opened), `${key} ${step}`).toEqual([]);
      }
    await opened.close();
  });
});

test.each(['clock skew', 'standing problem', 'offline'])(
  '[C58] what is said above the list stays in sight when a row below it opens: %s',
  async (name) => {
    const opened = await host.open(STATES[name] ?? RICH);
    const said = opened.page.locator('.banners');
    const before = await said.boundingBox();
    expect(before?.height).toBeGreaterThan(20);
    await opened.page.locator('[data-opener]').first().click();
    await opened.page.locator('li .detail').waitFor();
    expect(await said.boundingBox()).toEqual(before);
    await opened.close();
  },
);

test('[C58] a row in the lower half shows what it opens', async () => {
  const opened = await host.open(RICH);
  await opened.page.locator('[data-opener]').last().click();
  const detail = opened.page.locator('li .detail');
  await detail.waitFor();
  const seen = await detail.evaluate((node) => {
    const list = node.closest('main')?.getBoundingClientRect();
    return (list?.bottom ?? 0) - node.getBoundingClientRect().top;
  });
  expect(seen).toBeGreaterThan(300);
  await opened.close();
});

test('[C58] the answer to a test call is in sight, wherever the list was', async () => {
  const opened = await host.open(RICH, {
    height: 560,
    answers: { 'call.run': { ok: true, value: { ...CALL, problem: PROBLEM, body: 'x'.repeat(900) } } },
  });
  await opened.page.locator('[data-opener]').first().focus();
  await opened.page.keyboard.press('t');
  const answer = opened.page.getByRole('region', { name: 'Answer, tokens masked' });
  await answer.waitFor();
  await expect
    .poll(() =>
      answer.evaluate((node) => {
        const [box, list] = [node, node.closest('main')].map((one) => one?.getBoundingClientRect());
        return (list?.bottom ?? 0) - (box?.bottom ?? Infinity);
      }),
    )
    .toBeGreaterThanOrEqual(0);
  await opened.close();
});

test('[C58] the answer to a test call takes nobody back who has gone on to another row', async () => {
  const opened = await host.open(RICH, { height: 560, answers: { 'call.run': 'pending' } });
  const { page } = opened;
  await page.locator('[data-opener]').first().focus();
  await page.keyboard.press('t');
  await page.getByText('Calling GET').waitFor();
  await page.locator('[data-opener]').last().focus();
  const scrolled = () => page.locator('main').evaluate((node) => node.scrollTop);
  const before = await scrolled();
  expect(before).toBeGreaterThan(100);
  await opened.finish('call.run', { ok: true, value: CALL });
  await page.getByText('Status 200').waitFor({ state: 'attached' });
  // The browser itself may go along with what grew above.
  expect(await scrolled()).toBeGreaterThanOrEqual(before);
  await opened.close();
});

test('[C58] in a low window the filter scrolls along: it would take a fifth of what is seen', async () => {
  const opened = await host.open(RICH, { width: 180, height: 320 });
  const top = () => opened.page.locator('[data-filter]').evaluate((node) => node.getBoundingClientRect().top);
  const before = await top();
  await opened.page.locator('[data-opener]').last().focus();
  expect(await top()).toBeLessThan(before - 100);
  await opened.close();
});
