import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type OpenPage, PageHost } from './host.ts';
import { openPlace, type Place, PLACES } from './places.ts';
import { type Walk, walk } from './tab-walk.ts';

// A real browser on a busy machine.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 60_000 });

let host: PageHost;
beforeAll(async () => {
  host = await PageHost.start();
});
afterAll(() => host.stop());

const MENUS = /menu$/;
const WALKED = PLACES.filter(({ title, page }) => !MENUS.test(title) && page === undefined);

describe('[C58] Tab', () => {
  test.each(WALKED.map((place): [string, Place] => [place.title, place]))(
    'comes to everything in %s, in order and seen, and goes out of a page but not of a dialog',
    async (_title, place) => {
      const opened = await openPlace(host, place);
      const modal = (await opened.page.locator('[role="dialog"], [role="alertdialog"]').count()) > 0;
      expect(await walk(opened.page)).toEqual({ missed: [], strays: [], unseen: [], jumps: [], out: !modal });
      await opened.close();
    },
  );
});

/** Faults that a page could have, put into a good one, and what the walk has to say of it. */
const FAULTS: [fault: string, plant: () => void, found: Partial<Record<keyof Walk, unknown>>][] = [
  [
    'a trap at the last control',
    () => {
      const last = [...document.querySelectorAll('button')].at(-1);
      last?.addEventListener('keydown', (event) => event.key === 'Tab' && event.preventDefault());
    },
    { missed: [], jumps: expect.arrayContaining([expect.any(String)]), out: false },
  ],
  [
    'a trap in the middle',
    () => {
      const first = document.querySelector('button');
      first?.addEventListener('keydown', (event) => event.key === 'Tab' && event.preventDefault());
    },
    { missed: expect.arrayContaining([expect.any(String)]), out: false },
  ],
  [
    'a button that Tab passes by',
    () => document.body.insertAdjacentHTML('beforeend', '<button tabindex="-1">Planted</button>'),
    { missed: ['BUTTON Planted'], strays: [] },
  ],
  [
    'a button for the pointer only',
    () => document.body.insertAdjacentHTML('beforeend', '<div role="button">Planted</div>'),
    { missed: ['DIV Planted'], strays: [] },
  ],
  [
    'a button that comes too early',
    () => document.body.insertAdjacentHTML('beforeend', '<button tabindex="1">Planted</button>'),
    { missed: [], jumps: expect.arrayContaining([expect.any(String)]) },
  ],
  [
    'a button without a ring',
    () => {
      document.body.insertAdjacentHTML('beforeend', '<button id="planted">Planted</button>');
      const planted = document.querySelector<HTMLElement>('#planted');
      if (planted !== null) planted.style.outline = 'none';
    },
    { missed: [], unseen: ['Planted'], jumps: [] },
  ],
];

describe('the walk', () => {
  test.each(FAULTS)('finds %s', async (_fault, plant, found) => {
    const [place] = WALKED.filter(({ title }) => title === '"signed in"');
    if (place === undefined) throw new Error('no place');
    // Nothing clicked: the walk begins at the top.
    const opened = await openPlace(host, { ...place, go: () => Promise.resolve() });
    await opened.page.evaluate(plant);
    expect(await walk(opened.page)).toMatchObject(found);
    await opened.close();
  });
});

/** Opened by these keys from the page, closed by Escape: then the focus is where it was. */
const THERE_AND_BACK: [
  what: string,
  from: string,
  keys: string[],
  role: 'dialog' | 'alertdialog' | 'menu',
][] = [
  ['the list of keys', 'Keys', ['Enter'], 'dialog'],
  ['the accounts menu', 'Accounts:', ['Enter'], 'menu'],
  ['the menu', 'Account and more', ['Enter'], 'menu'],
  ['the menu, by Space', 'Account and more', ['Space'], 'menu'],
  ['the menu, by an arrow', 'Account and more', ['ArrowDown'], 'menu'],
  ['the question before signing out', 'Account and more', ['Enter', 'End', 'Enter'], 'alertdialog'],
  ['the dialog that adds', 'Add', ['Enter'], 'dialog'],
];

const focused = ({ page }: OpenPage): Promise<string> =>
  page.evaluate(() => {
    const node = document.activeElement;
    return (node?.getAttribute('aria-label') ?? node?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  });

describe('[C58] there and back', () => {
  const home = PLACES.find(({ title }) => title === 'the menu');

  test.each(THERE_AND_BACK)('%s', async (_what, from, keys, role) => {
    if (home === undefined) throw new Error('no place');
    const opened = await openPlace(host, { ...home, go: () => Promise.resolve() });
    const { page } = opened;
    const button = page.getByRole('button', { name: new RegExp(`^${from}`) }).first();
    await button.focus();
    const before = await focused(opened);
    for (const key of keys) {
      await page.keyboard.press(key);
      // A menu takes keys once it is there.
      await page.locator('[role="menu"], [role="dialog"], [role="alertdialog"]').first().waitFor();
    }
    await page.getByRole(role).waitFor();
    const inside = () =>
      page.evaluate((one) => document.activeElement?.closest(`[role="${one}"]`) != null, role);
    await expect.poll(inside).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole(role).waitFor({ state: 'detached' });
    await expect.poll(() => focused(opened)).toBe(before);
    await opened.close();
  });

  test.each([
    ['Audit', 'Audit'],
    ['Approvals', 'Approvals'],
    ['Broker on', 'Scripts'],
  ])('the screen behind “%s” of the footer', async (from, heading) => {
    if (home === undefined) throw new Error('no place');
    const opened = await openPlace(host, { ...home, go: () => Promise.resolve() });
    const { page } = opened;
    await page.getByRole('button', { name: new RegExp(`^${from}`) }).focus();
    const before = await focused(opened);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    await expect.poll(() => focused(opened)).toBe(heading);
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(opened)).toBe(before);
    await opened.close();
  });
});
