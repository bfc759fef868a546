import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  ACCOUNTS,
  appView,
  CALL,
  groupsWithFlows,
  NOW,
  PROBLEM,
  RUNS,
  SCOPE_CHOICES,
  STATES,
} from '../support/fake-bridge.ts';
import { type OpenOptions, type OpenPage, PageHost } from './host.ts';

// A real browser on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let host: PageHost;
beforeAll(async () => {
  host = await PageHost.start();
});
afterAll(() => host.stop());

/** What axe calls serious or worse, as lines that name the place. */
async function serious({ page }: OpenPage): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({
      resultTypes: ['violations'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.html}`));
  });
}

/** Elements that reach past the right edge, or a page that scrolls sideways. */
function sideways({ page }: OpenPage): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll('.app, .app *, [role="dialog"] *')]
      .filter((node) => node.getBoundingClientRect().right > width + 0.5)
      .filter((node) => node.closest('.truncate, .visually-hidden, svg') === null)
      .map((node) => `${node.tagName} ${node.className} ends at ${node.getBoundingClientRect().right}`);
    const scrolled = document.scrollingElement?.scrollWidth ?? 0;
    return scrolled > width ? [`the page is ${scrolled} wide in ${width}`, ...wide] : wide;
  });
}

/** Opens the first row, where there is one: its detail is the densest part of the page. */
async function expand({ page }: OpenPage): Promise<void> {
  const opener = page.locator('[data-opener]').first();
  if ((await opener.count()) > 0) await opener.click();
}

const SIZES: [title: string, width: number, height: number][] = [
  ['360 px', 360, 560],
  ['520 px', 520, 800],
  // A zoom of 200 % leaves half the CSS pixels.
  ['360 px at 200 % zoom', 180, 320],
];

describe.each(Object.entries(STATES))('"%s"', (_name, view) => {
  let opened: OpenPage;
  beforeAll(async () => {
    opened = await host.open(view);
    await expand(opened);
  });
  afterAll(() => opened.close());

  test.each(['light', 'dark'] as const)('[C58] has nothing serious for axe in %s', async (colorScheme) => {
    await opened.page.emulateMedia({ colorScheme });
    expect(await serious(opened)).toEqual([]);
  });

  test.each(SIZES)('[C58] does not scroll sideways at %s', async (_title, width, height) => {
    await opened.page.setViewportSize({ width, height });
    expect(await sideways(opened)).toEqual([]);
  });

  test('[C42] breaks no policy, asks the network for nothing and logs no error', async () => {
    expect(await opened.complaints()).toEqual([]);
  });
});

test.each(SIZES)(
  '[C58] a row with many requests does not scroll sideways at %s',
  async (_title, width, height) => {
    const opened = await host.open(appView(), { width, height });
    await opened.page.getByRole('button', { name: /^all/ }).click();
    expect(await sideways(opened)).toEqual([]);
    await opened.close();
  },
);

test('[C58] the menu and both dialogs have nothing serious for axe and break no policy', async () => {
  for (const dark of [false, true]) {
    const opened = await host.open(appView(), { dark });
    const { page } = opened;
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    expect(await serious(opened)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Account and more' }).click();
    await page.getByRole('menu').waitFor();
    expect(await serious(opened)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Sign out…' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await serious(opened)).toEqual([]);
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  }
});

const RICH: OpenOptions = {
  answers: {
    'scope.search': { ok: true, value: SCOPE_CHOICES },
    'flow.runs': { ok: true, value: RUNS },
    'call.run': {
      ok: true,
      value: { ...CALL, problem: PROBLEM, body: 'x'.repeat(400), offer: { id: 'o', label: 'Allow it' } },
    },
    'forecast.check': { ok: true, value: { answer: 'by-renewal', until: NOW * 2, why: 'It is renewed.' } },
  },
};

/** Each opens one more part of the page; the parts before it stay or have been closed. */
const PARTS: [title: string, open: (page: Page) => Promise<void>][] = [
  [
    'a detail with everything open',
    async (page) => {
      await page.getByRole('button', { name: /^Move and publish/ }).click();
      await page.getByRole('button', { name: /^Test call/ }).click();
      await page.getByRole('button', { name: 'Show recent runs' }).click();
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      await page.getByText('It is renewed.').waitFor();
    },
  ],
  [
    'values to fill in',
    async (page) => {
      await page.getByRole('button', { name: /^view_flows/ }).click();
      await page.getByText('Show a flow', { exact: true }).click();
      await page.getByRole('textbox', { name: 'Flow ID' }).waitFor();
    },
  ],
  [
    'the dialog that adds',
    async (page) => {
      await page.keyboard.press('a');
      await page.getByRole('list', { name: 'Scopes found' }).waitFor();
    },
  ],
  [
    'the question before isolating',
    async (page) => {
      await page.getByRole('button', { name: 'Account and more' }).click();
      await page.getByRole('menuitem', { name: 'Isolate all…' }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  ],
  [
    'the accounts menu',
    async (page) => {
      await page.getByRole('button', { name: /^Accounts: / }).click();
      await page.getByRole('menu').waitFor();
    },
  ],
  [
    'the settings',
    async (page) => {
      await page.getByRole('button', { name: 'Account and more' }).click();
      await page.getByRole('menuitem', { name: 'Settings' }).click();
      await page.getByRole('switch').first().waitFor();
    },
  ],
  [
    'the accounts',
    async (page) => {
      await page.getByRole('button', { name: /^Accounts: / }).click();
      await page.getByRole('menuitem', { name: 'Manage accounts' }).click();
      await page.getByRole('heading', { name: 'Accounts' }).waitFor();
    },
  ],
];

test.each(PARTS)(
  '[C58] %s: nothing serious for axe, nothing sideways, no policy broken',
  async (_title, open) => {
    const opened = await host.open(appView({ accounts: ACCOUNTS, groups: groupsWithFlows() }), RICH);
    await open(opened.page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await opened.page.emulateMedia({ colorScheme });
      expect(await serious(opened)).toEqual([]);
    }
    for (const [title, width, height] of SIZES) {
      await opened.page.setViewportSize({ width, height });
      // An open menu finds its new place a frame or two after the page has its new width.
      await expect.poll(() => sideways(opened), { message: title }).toEqual([]);
    }
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  },
);

test('[C58] nothing turns for people who asked for less motion', async () => {
  for (const reducedMotion of [true, false]) {
    const opened = await host.open(STATES['waiting'] ?? appView(), { reducedMotion });
    const turning = await opened.page.evaluate(() => document.getAnimations().length);
    expect(turning > 0).toBe(!reducedMotion);
    await opened.close();
  }
});
