import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PromptReceipt } from '../../preload/prompt-contract.ts';
import { PROMPT } from '../support/prompt-content.ts';
import { pageHost } from './page-host.ts';
import {
  armedPrompt,
  LONG_QUESTION as LONG,
  openPrompt,
  type PromptOptions,
  QUESTION as VIEW,
  told,
} from './prompt-page.ts';

const host = pageHost();

const open = (options?: PromptOptions) => openPrompt(host.parts, options);
const armed = (options?: PromptOptions) => armedPrompt(host.parts, options);

const button = (page: Page, name: string) => page.getByRole('button', { name });

describe('the prompt', () => {
  it('[C31] names script and program with how far each is to be believed', async () => {
    const page = await open();
    expect(await page.getByRole('heading').innerText()).toBe(PROMPT.title);
    const rows = await page.locator('dd').allInnerTexts();
    expect(rows).toEqual([
      '~/jobs/watch-runs.sh claimed',
      '/usr/bin/bash seen, pid 41822',
      'cron no terminal',
      'ada@university.example',
    ]);
  });

  it('gives the answer of the button that was clicked, once', async () => {
    const page = await armed();
    await button(page, 'Allow 1 hour').click();
    await button(page, 'Allow once').click({ force: true });
    expect((await told(page)).answers).toEqual(['q-1 hour']);
  });

  it('[C58] has its whole question where the focus is, which is on nothing that answers', async () => {
    const page = await open();
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const at = nodes.findLast((node) =>
      node.properties?.some(({ name, value }) => name === 'focused' && value.value),
    );
    expect([at?.role?.value, at?.name?.value]).toEqual(['heading', PROMPT.title]);
    for (const part of [PROMPT.body, 'Script: ~/jobs/watch-runs.sh, claimed.', 'it is denied in 1 minute.'])
      expect(at?.description?.value).toContain(part);
  });

  it('[C35] takes no click while it has just appeared', async () => {
    const page = await open();
    await button(page, 'Allow once').click({ force: true });
    await page.clock.runFor(690);
    await button(page, 'Allow once').click({ force: true });
    expect((await told(page)).answers).toEqual([]);
  });

  it('[C35] counts from the moment at which the window can be seen, as main does: no click on live buttons is lost', async () => {
    const page = await open({ shownAfter: 500 });
    await page.keyboard.press('Tab');
    await page.clock.runFor(1_190);
    expect(await button(page, 'Allow once').getAttribute('aria-disabled')).toBe('true');
    await page.clock.runFor(20);
    await button(page, 'Allow once').click();
    expect((await told(page)).answers).toEqual(['q-1 once']);
  });

  it('[C35] takes no press by an assistive tool while it has just appeared', async () => {
    const page = await open();
    const press = () => page.locator('[data-choice="once"]').evaluate((one: HTMLElement) => one.click());
    await press();
    expect((await told(page)).answers).toEqual([]);
    await page.clock.runFor(700);
    await press();
    expect((await told(page)).answers).toEqual(['q-1 once']);
  });

  it('[C35] takes no click whose press began before it was ready', async () => {
    const page = await open();
    await button(page, 'Allow once').hover();
    await page.mouse.down();
    await page.clock.runFor(700);
    await page.mouse.up();
    expect((await told(page)).answers).toEqual([]);
  });

  it.each(['Enter', 'Space'])('[C35] gives nothing by %s alone: no button has the focus', async (key) => {
    const page = await armed();
    await page.keyboard.press(key);
    expect((await told(page)).answers).toEqual([]);
  });

  it('stays inert for as long as somebody goes on typing into it', async () => {
    const page = await open();
    for (let time = 0; time < 4; time += 1) {
      await page.clock.runFor(500);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
    }
    expect((await told(page)).answers).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  it('[C58] answers by Tab and Enter, what refuses first', async () => {
    const page = await armed();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Deny');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect((await told(page)).answers).toEqual(['q-1 once']);
  });

  it('takes no key that is held down', async () => {
    const page = await armed();
    await page.keyboard.press('Tab');
    // The second `down` of a key that has not come up is a repeat.
    await page.keyboard.down('a');
    await page.keyboard.down('a');
    await page.evaluate(() => {
      const event = new KeyboardEvent('keydown', {
        key: 'Enter',
        repeat: true,
        cancelable: true,
        bubbles: true,
      });
      document.activeElement?.dispatchEvent(event);
      document.title = String(event.defaultPrevented);
    });
    expect(await page.title()).toBe('true');
  });

  it('[C35] closes by Escape, without an answer', async () => {
    const page = await armed();
    await page.keyboard.press('Escape');
    expect(await told(page)).toMatchObject({ answers: [], closed: 1 });
  });

  it('waits again when main saw it appear later, and can then be answered', async () => {
    const page = await armed({ receipts: ['early'] });
    await button(page, 'Allow once').click();
    await page.locator('[data-choice="once"][aria-disabled="true"]').waitFor();
    await page.clock.runFor(700);
    await button(page, 'Allow once').click();
    expect((await told(page)).answers).toEqual(['q-1 once', 'q-1 once']);
  });

  it.each([
    ['when its answer comes too late', { receipts: ['stale'] as PromptReceipt[] }, true],
    ['when there is no question', { view: null }, false],
  ])('closes %s', async (_when, options, click) => {
    const page = click ? await armed(options) : await open(options);
    if (click) await button(page, 'Allow once').click();
    await expect.poll(async () => (await told(page)).closed).toBe(1);
  });

  it('counts down, in words and as a bar', async () => {
    const page = await open();
    const timer = page.getByRole('timer');
    expect(await timer.innerText()).toMatch(/denied in (1 min 0 s|5\d s)/);
    await page.clock.runFor(31_000);
    expect(await timer.innerText()).toMatch(/denied in 2\d s/);
    const width = Number(await page.locator('.left').getAttribute('width'));
    expect(width).toBeGreaterThan(40);
    expect(width).toBeLessThan(52);
  });

  it.each([380, 190])('tells its height and fits %i px in width, with the longest texts', async (width) => {
    const page = await open({ view: LONG, width });
    const [wide, high] = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth, scrollHeight] as const;
    });
    expect(wide).toBe(width);
    const height = (await told(page)).heights.at(-1) ?? 0;
    expect(height).toBeGreaterThan(200);
    expect(Math.abs(Math.max(height, 400) - Math.max(high, 400))).toBeLessThanOrEqual(1);
  });

  it('keeps a path in its order and a name in its own direction', async () => {
    const page = await open({ view: LONG });
    const dirs = await page
      .locator('dd bdi')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
    expect(dirs).toEqual(['ltr', 'rtl', 'ltr']);
  });

  it('shows markup in a name as text', async () => {
    const page = await open({ view: { ...VIEW, title: '<img src=x onerror=alert(1)>' } });
    expect(await page.getByRole('heading').innerText()).toBe('<img src=x onerror=alert(1)>');
    expect(await page.locator('img').count()).toBe(0);
  });

  it.each([
    ['light', VIEW, false],
    ['dark', VIEW, true],
    ['light, long', LONG, false],
    ['dark, long', LONG, true],
  ])('[C42] [C58] keeps to its policy, and axe finds nothing: %s', async (_name, view, dark) => {
    const page = await armed({ view, dark });
    await page.clock.resume();
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const found = await (window as unknown as { axe: typeof axe }).axe.run();
      return found.violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);
    expect((await told(page)).violations).toEqual([]);
  });
});
