import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import { BOUND } from '../../renderer/keys.ts';
import { CALL, PROBLEM, STATES } from '../support/fake-bridge.ts';
import { hasFocus } from '../support/has-focus.ts';
import type { OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { RICH } from './places.ts';

const host = pageHost();

const CLIPBOARD = { what: 'header for view_flows', clearsAt: RICH.now + 28_000, duration: 45_000 };
const EVERY_STATE = STATES['every scope state'] ?? RICH;
const FIRST_RUN = STATES['first run'] ?? RICH;

const ANSWERS = { 'call.run': { ok: true, value: CALL } } as const;

const withLetters = (view: AppView, letterKeys: boolean): AppView => ({
  ...view,
  settings: { ...view.settings, letterKeys },
});

interface Seen {
  screen: string;
  dialog: string;
  focus: string;
  calls: string[];
}

/** All that a key could have changed. */
async function seen({ page, calls }: OpenPage): Promise<Seen> {
  const shown = await page.evaluate(() => ({
    screen: document.querySelector('h1')?.textContent.trim() ?? '',
    dialog: document.querySelector('[role="dialog"] .dialog-title')?.textContent.trim() ?? '',
    focus: document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName ?? '',
  }));
  return {
    ...shown,
    calls: (await calls()).map(({ name, request }) => `${name} ${JSON.stringify(request)}`),
  };
}

async function pressAll(page: Page, keys: string): Promise<void> {
  for (const key of keys.split(' ').filter(Boolean)) await page.keyboard.press(key);
}

const button = (name: string | RegExp) => (page: Page) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });

interface Letter {
  view?: AppView;
  /** Pressed first: the way to where the letter is of use. */
  way?: string;
  /** What does the same: a control that Enter presses, or other keys. */
  instead: ((page: Page) => Locator) | string;
  /** What comes of both. */
  done: Partial<Record<keyof Seen, unknown>>;
}

const called = (...names: RegExp[]) => ({
  calls: names.map((name) => expect.stringMatching(name) as unknown),
});

const LETTERS: Readonly<Record<string, Letter>> = {
  c: { instead: button('Copy curl for view_flows'), done: called(/^scope\.copy .*"format":"curl"/) },
  h: {
    way: 'ArrowDown Enter',
    instead: button('Copy header for view_flows'),
    done: called(/^scope\.copy .*"format":"header"/),
  },
  t: { way: 'ArrowDown Enter', instead: button(/^Test call/), done: called(/^call\.run /) },
  r: { way: 'ArrowDown Enter', instead: button('Renew'), done: called(/^scope\.renew /) },
  s: {
    view: EVERY_STATE,
    way: 'End',
    instead: button('Sign in for all'),
    done: { screen: 'Sign in again' },
  },
  z: {
    way: 'ArrowDown Delete',
    instead: button('Undo'),
    done: called(/^scope\.remove /, /^scope\.restore /),
  },
  x: {
    view: { ...RICH, clipboard: CLIPBOARD },
    instead: button('Clear now'),
    done: called(/^clipboard\.clear /),
  },
  a: { instead: button('Add a scope or a flow'), done: { dialog: 'Add to the list' } },
  '/': { instead: 'Control+k', done: { focus: 'Filter scopes' } },
  '?': { instead: button('Keys'), done: { dialog: 'Keyboard' } },
};

describe('[C58] a key of one letter or sign', () => {
  const CASES = Object.entries(LETTERS);

  test('is in this table if it does anything', () => {
    expect(Object.keys(LETTERS).sort()).toEqual(BOUND.filter((key) => key.length === 1).sort());
  });

  test.each(CASES)('%s does what it says', async (letter, { view = RICH, way = '', done }) => {
    await host.with(withLetters(view, true), { answers: ANSWERS }, async (opened) => {
      await pressAll(opened.page, way);
      await opened.page.keyboard.press(letter);
      await expect.poll(() => seen(opened)).toMatchObject(done);
    });
  });

  test.each(CASES)(
    '%s does nothing when they are off, and the keyboard comes to the same without it',
    async (letter, { view = RICH, way = '', instead, done }) => {
      await host.with(withLetters(view, false), { answers: ANSWERS }, async (opened) => {
        await pressAll(opened.page, way);
        const before = await seen(opened);
        await opened.page.keyboard.press(letter);
        expect(await seen(opened)).toEqual(before);
        if (typeof instead === 'string') await pressAll(opened.page, instead);
        else await instead(opened.page).press('Enter');
        await expect.poll(() => seen(opened)).toMatchObject(done);
      });
    },
  );

  test.each([
    ['the settings', RICH],
    ['the first run', FIRST_RUN],
  ])('does nothing on %s either', async (place, view) => {
    await host.with(withLetters({ ...view, clipboard: CLIPBOARD }, false), undefined, async (opened) => {
      const { page } = opened;
      if (place === 'the settings') {
        await page.getByRole('button', { name: 'Account and more' }).click();
        await page.getByRole('menuitem', { name: 'Settings' }).click();
        await page.getByRole('switch').first().waitFor();
      }
      await page.locator('h1').focus();
      const before = await seen(opened);
      await pressAll(page, Object.keys(LETTERS).join(' '));
      expect(await seen(opened)).toEqual(before);
    });
  });

  test('is text in the filter all the same', async () => {
    await host.with(withLetters(RICH, false), undefined, async (opened) => {
      await pressAll(opened.page, 'Control+k');
      await opened.page.keyboard.type('c?/x');
      expect(await opened.page.getByRole('searchbox').inputValue()).toBe('c?/x');
      expect((await seen(opened)).calls).toEqual([]);
    });
  });
});

/** Keys that the page says there are: to ears, to eyes, and under the hand. */
function named(page: Page): Promise<{ ears: string[]; eyes: string[]; hand: string[]; said: string[] }> {
  return page.evaluate(() => {
    const nodes = [...document.querySelectorAll<HTMLElement>('button, [role="menuitem"]')];
    for (const node of nodes) node.dispatchEvent(new PointerEvent('pointerenter'));
    const hand = nodes.flatMap(({ title }) => /\((.+)\)$/.exec(title)?.slice(1) ?? []);
    for (const node of nodes) node.dispatchEvent(new PointerEvent('pointerleave'));
    return {
      ears: nodes.flatMap((node) => node.getAttribute('aria-keyshortcuts') ?? []).sort(),
      eyes: [...document.querySelectorAll('kbd')].map((node) => node.textContent).sort(),
      hand: hand.sort(),
      said: [...document.querySelectorAll('[role="status"] p')].flatMap(
        ({ textContent }) => /Press (.+) to/.exec(textContent)?.slice(1) ?? [],
      ),
    };
  });
}

describe('[C58] the page', () => {
  const view = { ...RICH, clipboard: CLIPBOARD };

  test('names no key that does nothing, from the moment they are off', async () => {
    await host.with(view, undefined, async ({ page, push }) => {
      await pressAll(page, 'ArrowDown Enter Delete');
      await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
      expect(await named(page)).toEqual({
        ears: ['?', 'a', 'h', 'r', 't', 'x'],
        eyes: ['?', 'Ctrl K', 'z'],
        hand: ['a', 'h', 'r', 't', 'x'],
        said: ['z'],
      });
      await push(withLetters(view, false));
      expect(await named(page)).toEqual({
        ears: [],
        eyes: ['Ctrl K', 'Ctrl Z'],
        hand: [],
        said: ['Ctrl Z'],
      });
    });
  });

  test.each([
    [true, ['?', 'a']],
    [false, []],
  ])('names the keys of its menu where they work: %s', async (letters, keys) => {
    await host.with(withLetters(RICH, letters), undefined, async ({ page }) => {
      await page.getByRole('button', { name: 'Account and more' }).click();
      const menu = page.getByRole('menu');
      await menu.waitFor();
      const items = menu.locator('[aria-keyshortcuts]');
      const shown = await items.evaluateAll((all) => all.map((one) => one.getAttribute('aria-keyshortcuts')));
      expect(shown.sort()).toEqual(keys);
      expect((await menu.locator('kbd').allTextContents()).sort()).toEqual(keys);
    });
  });
});

describe('[C58] the list of keys', () => {
  const open = async (page: Page): Promise<Locator> => {
    await page.getByRole('button', { name: 'Keys', exact: true }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Keyboard' });
    await hasFocus(page, 'dialog');
    return dialog;
  };

  test.each([
    ['the list', RICH],
    ['the first run, which comes before any settings', FIRST_RUN],
  ])('switches them off and on where it stands, over %s', async (_title, view) => {
    await host.with(view, undefined, async (opened) => {
      const { page } = opened;
      const dialog = await open(page);
      const control = dialog.getByRole('switch', { name: 'Single-letter keys' });
      const alone = async () =>
        (await dialog.locator('kbd').allTextContents()).filter((key) => /^[a-z/?]$/.test(key));
      expect([await control.getAttribute('aria-checked'), await alone()]).toEqual([
        'true',
        ['c', 'h', 't', 'r', 's', 'z', 'x', '/', 'a', '?'],
      ]);
      const place = await control.boundingBox();
      await control.press('Space');
      expect((await seen(opened)).calls).toEqual(['settings.set {"letterKeys":false}']);
      await opened.push(withLetters(view, false));
      expect([await control.getAttribute('aria-checked'), await alone()]).toEqual(['false', []]);
      await dialog.getByText('Off: a letter or sign alone does nothing').waitFor();
      // What was pressed stays where it is, and keeps the focus.
      expect(await control.boundingBox()).toEqual(place);
      expect(await control.evaluate((node) => node === document.activeElement)).toBe(true);
      await control.press('Space');
      expect((await seen(opened)).calls).toHaveLength(2);
      expect((await seen(opened)).calls[1]).toBe('settings.set {"letterKeys":true}');
    });
  });

  test('says in place that the switch did not move, until it is opened again', async () => {
    const answers = { 'settings.set': { ok: false, problem: PROBLEM } } as const;
    await host.with(RICH, { answers }, async ({ page }) => {
      const dialog = await open(page);
      await dialog.getByRole('switch').press('Enter');
      expect(await dialog.getByRole('alert').textContent()).toContain(PROBLEM.title);
      expect(await dialog.getByRole('switch').getAttribute('aria-checked')).toBe('true');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await open(page);
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  test('has what the focus is on in sight, where the window is too low for all of it', async () => {
    await host.with(RICH, { width: 360, height: 480 }, async ({ page }) => {
      const dialog = await open(page);
      const [whole, close] = await Promise.all([
        dialog.boundingBox(),
        dialog.getByRole('button', { name: 'Close' }).and(page.locator(':focus')).boundingBox(),
      ]);
      const bottom = (box: typeof whole) => (box === null ? NaN : box.y + box.height);
      expect(bottom(close)).toBeLessThan(bottom(whole));
    });
  });

  test('is closed by Enter, which switches nothing', async () => {
    await host.with(RICH, undefined, async (opened) => {
      const dialog = await open(opened.page);
      await opened.page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      expect((await seen(opened)).calls).toEqual([]);
    });
  });
});
