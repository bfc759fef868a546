import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type OpenPage, PageHost } from './host.ts';
import { openPlace, type Place, PLACES } from './places.ts';

// A real browser on a busy machine.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 60_000 });

let host: PageHost;
beforeAll(async () => {
  host = await PageHost.start();
});
afterAll(() => host.stop());

interface Walk {
  /** What Tab never came to. */
  missed: string[];
  /** Where the eye could not tell that the focus is. */
  unseen: string[];
  /** Where Tab went back up the page. */
  jumps: string[];
  /** Tab came round to where it had begun. */
  round: boolean;
}

/** One round of Tab through the page, or through the dialog that is open. */
async function walk({ page }: OpenPage): Promise<Walk> {
  const count = await page.evaluate(() => {
    const modal = document.querySelector('[role="dialog"], [role="alertdialog"]');
    const all = [
      ...(modal ?? document).querySelectorAll<HTMLElement>(
        'button, a[href], input, select, textarea, summary, [tabindex="0"]',
      ),
    ].filter((node) => {
      if (node.closest('[inert], [aria-hidden="true"]') !== null || node.tabIndex < 0) return false;
      if (node.matches(':disabled') || !node.checkVisibility()) return false;
      // The chosen one of a group of radios stands for all.
      return !(node instanceof HTMLInputElement && node.type === 'radio') || node.checked;
    });
    all.forEach((node, index) => node.setAttribute('data-stop', String(index)));
    (document.activeElement as HTMLElement | null)?.blur();
    return all.length;
  });
  const stops: { at: number; seen: boolean; name: string }[] = [];
  // Once more than there are, and once for the browser's own stop outside the page.
  for (let press = 0; press < count + 2; press += 1) {
    await page.keyboard.press('Tab');
    stops.push(
      await page.evaluate(() => {
        const node = document.activeElement;
        const drawn = (element: Element | null, part?: string): boolean =>
          element !== null && getComputedStyle(element, part).outlineStyle !== 'none';
        // A row draws the ring round all of itself, a choice round its label.
        const seen =
          drawn(node) ||
          drawn(node, '::after') ||
          drawn(node?.closest('label') ?? null) ||
          drawn(node?.nextElementSibling ?? null);
        return {
          at: Number(node?.getAttribute('data-stop') ?? -1),
          seen,
          name: (node?.getAttribute('aria-label') ?? node?.textContent ?? '').trim().slice(0, 40),
        };
      }),
    );
  }
  const reached = new Set(stops.map(({ at }) => at));
  const missed = await page.evaluate(
    (had) =>
      [...document.querySelectorAll('[data-stop]')]
        .filter((node) => !had.includes(Number(node.getAttribute('data-stop'))))
        .map((node) => `${node.tagName} ${node.getAttribute('aria-label') ?? node.textContent}`.trim()),
    [...reached],
  );
  const own = stops.filter(({ at }) => at >= 0);
  const once = own.slice(0, count);
  const falls = once.filter(({ at }, index) => at < (once[index - 1]?.at ?? -1));
  return {
    missed,
    unseen: own.filter(({ seen }) => !seen).map(({ name }) => name),
    // One fall is the way round; a dialog may begin in its middle, at the safe answer.
    jumps: falls.slice(1).map(({ name }) => name),
    round: own.length > reached.size - (reached.has(-1) ? 1 : 0) || reached.has(-1),
  };
}

const MENUS = /menu$/;
const WALKED = PLACES.filter(({ title, page }) => !MENUS.test(title) && page === undefined);

describe('[C58] Tab', () => {
  test.each(WALKED.map((place): [string, Place] => [place.title, place]))(
    'comes to everything in %s, in order, seen, and out again',
    async (_title, place) => {
      const opened = await openPlace(host, place);
      expect(await walk(opened)).toEqual({ missed: [], unseen: [], jumps: [], round: true });
      await opened.close();
    },
  );
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
