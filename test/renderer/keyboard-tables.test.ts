import { describe, expect, test, vi } from 'vitest';
import type { OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { STATES } from '../support/fake-bridge.ts';
import { hasFocus } from '../support/has-focus.ts';
import { openPlace, type Place, PLACES } from './places.ts';
import { armedPrompt, LONG_QUESTION, QUESTION } from './prompt-page.ts';
import { type Walk, walk, type Way } from './tab-walk.ts';

// A real browser on a busy machine.
vi.setConfig({ testTimeout: 40_000 });

const host = pageHost();

const MENUS = /menu$/;
const WALKED = PLACES.filter(({ title, page }) => !MENUS.test(title) && page === undefined);

/** The palette says of most states what is to be done instead of showing rows. */
const PALETTES: [title: string, place: Place][] = [
  ...PLACES.filter(({ page }) => page === 'palette'),
  ...Object.entries(STATES).map(([title, view]): Place => {
    return { title: `"${title}"`, view, page: 'palette', go: (page) => page.getByRole('combobox').waitFor() };
  }),
].map((place) => [place.title, place]);

const WAYS: Way[] = ['Tab', 'Shift+Tab'];
const GOOD: Walk = { missed: [], strays: [], unseen: [], jumps: [], out: true };

describe('[C58] Tab', () => {
  // A page of its own for each way: after a round the browser may leave out its stop outside the page, in every
  // document to come.
  test.each(WALKED.flatMap((place) => WAYS.map((way) => ({ way, place, title: place.title }))))(
    'comes to everything in $title, in order and seen, out of a page but not of a dialog: $way',
    async ({ way, place }) => {
      const opened = await openPlace(host, place, { ownPage: true });
      const modal = (await opened.page.locator('[role="dialog"], [role="alertdialog"]').count()) > 0;
      expect(await walk(opened.page, way)).toEqual({ ...GOOD, out: !modal });
      await opened.close();
    },
  );

  test.each([
    ['a question with a few answers', 'Tab', QUESTION],
    ['a question with a few answers', 'Shift+Tab', QUESTION],
    ['a question with every answer', 'Tab', LONG_QUESTION],
    ['a question with every answer', 'Shift+Tab', LONG_QUESTION],
  ] as const)('comes to every answer of %s, what refuses first: %s', async (_title, way, view) => {
    const page = await armedPrompt(host.parts, { view });
    expect(await walk(page, way)).toEqual(GOOD);
    const answers = await page.locator('button').allTextContents();
    expect(answers).toEqual(view.buttons.map(({ label }) => label));
    expect(answers[0]).toBe('Deny');
    await page.context().close();
  });

  test.each(PALETTES)('stays in the field of the palette, both ways: %s', async (_title, place) => {
    const opened = await openPlace(host, place);
    const { page } = opened;
    const [field, options] = [page.getByRole('combobox'), page.getByRole('option')];
    await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true);
    const chosen = () => field.getAttribute('aria-activedescendant');
    const [rows, first] = [await options.count(), await chosen()];
    for (const way of WAYS) {
      for (let press = 0; press < 2; press += 1) {
        await page.keyboard.press(way);
        expect(await field.evaluate((node) => node === document.activeElement), way).toBe(true);
      }
    }
    expect([await options.count(), await chosen(), await field.inputValue()]).toEqual([rows, first, '']);
    // A row is chosen by the arrows; of anything else to press, its title says the key.
    const pressed = await page
      .locator('button, a[href]')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('title')));
    for (const title of pressed) expect(title).toMatch(/\(Esc\)$/);
    if (pressed.length > 0) {
      await page.keyboard.press('Escape');
      await page.locator('button').waitFor({ state: 'detached' });
    }
    await opened.close();
  });
});

/** Faults that a page could have, put into a good one, and what the walk has to say of it. */
const FAULTS: [fault: string, plant: () => void, found: Partial<Record<keyof Walk, unknown>>, way?: Way][] = [
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
  [
    'a trap for the way back alone',
    () => {
      const second = document.querySelectorAll('button')[1];
      second?.addEventListener('keydown', (event) => {
        if (event.key === 'Tab' && event.shiftKey) event.preventDefault();
      });
    },
    { missed: expect.arrayContaining([expect.any(String)]), out: false },
    'Shift+Tab',
  ],
  [
    'a way back that begins anew in the middle',
    () => {
      const [first, , , fourth] = document.querySelectorAll('button');
      fourth?.addEventListener('keydown', (event) => {
        if (event.key !== 'Tab' || !event.shiftKey) return;
        event.preventDefault();
        first?.focus();
      });
    },
    { jumps: expect.arrayContaining([expect.any(String)]), out: true },
    'Shift+Tab',
  ],
];

describe('the walk', () => {
  test.each(FAULTS)('finds %s', async (_fault, plant, found, way = 'Tab') => {
    const [place] = WALKED.filter(({ title }) => title === '"signed in"');
    if (place === undefined) throw new Error('no place');
    // Nothing clicked: the walk begins at the top.
    const opened = await openPlace(host, { ...place, go: () => Promise.resolve() }, { ownPage: true });
    await opened.page.evaluate(plant);
    expect(await walk(opened.page, way)).toMatchObject(found);
    await opened.close();
  });
});

/** Opened by these keys from the page, closed by Escape: then the focus is where it was. */
const THERE_AND_BACK: [what: string, from: string, keys: string[], role: 'dialog' | 'menu'][] = [
  ['the list of keys', 'Keys', ['Enter'], 'dialog'],
  ['the accounts menu', 'Accounts:', ['Enter'], 'menu'],
  ['the menu', 'Account and more', ['Enter'], 'menu'],
  ['the menu, by Space', 'Account and more', ['Space'], 'menu'],
  ['the menu, by an arrow', 'Account and more', ['ArrowDown'], 'menu'],
  ['the question before signing out', 'Account and more', ['Enter', 'End', 'Enter'], 'dialog'],
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
    for (const [index, key] of keys.entries()) {
      await page.keyboard.press(key);
      await hasFocus(page, index === keys.length - 1 ? role : 'menu');
    }
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
