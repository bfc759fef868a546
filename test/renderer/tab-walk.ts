import type { Page } from 'playwright-core';

/** What is wrong with the way of Tab. All empty: nothing. */
export interface Walk {
  /** What Tab never came to. */
  missed: string[];
  /** What Tab came to although a person can do nothing there, or behind the dialog that is open. */
  strays: string[];
  /** Where the eye could not tell that the focus is. */
  unseen: string[];
  /** Where Tab did not go on to the next one of the page: a jump, or a trap. */
  jumps: string[];
  /** Tab goes out of the page: true. Out of an open dialog: false. */
  out: boolean;
}

const CONTROLS =
  'button, a[href], input, select, textarea, summary, [tabindex="0"], ' +
  '[role="button"], [role="link"], [role="switch"], [role="checkbox"]';
/** One stop for Tab, the rest by arrows. */
const MOVED_BY_ARROWS = '[role="menu"], [role="listbox"], [role="tablist"], [role="radiogroup"]';

/** Numbers what Tab has to come to in the page, or in the dialog that is open. Answers how many there are. */
const number = (page: Page): Promise<number> =>
  page.evaluate(
    ([controls, groups]) => {
      const modal = document.querySelector('[role="dialog"], [role="alertdialog"]');
      const all = [...(modal ?? document).querySelectorAll<HTMLElement>(controls)].filter((node) => {
        if (node.closest('[inert], [aria-hidden="true"]') !== null) return false;
        if (node.tabIndex < 0 && node.closest(groups) !== null) return false;
        // What is in a closed <details> is not there yet.
        if (node.matches(':disabled') || !node.checkVisibility({ visibilityProperty: true })) return false;
        // The chosen one of a group of radios stands for all.
        return !(node instanceof HTMLInputElement && node.type === 'radio') || node.checked;
      });
      all.forEach((node, index) => node.setAttribute('data-stop', String(index)));
      return all.length;
    },
    [CONTROLS, MOVED_BY_ARROWS] as const,
  );

interface Stop {
  /** Its number. `null`: outside the page. `-1`: something without a number. */
  at: number | null;
  seen: boolean;
  name: string;
}

declare global {
  interface Window {
    /** Where the focus was at the end of each press. */
    tabStops: Stop[];
  }
}

/** Has the page itself note where the focus is when Tab is let go: to ask it after every press takes twice as long. */
const noteStops = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const drawn = (element: Element | null, part?: string): boolean => {
      if (element === null) return false;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element, part);
      return outlineStyle !== 'none' && outlineWidth !== '0px' && !/[,/] ?0\)$/.test(outlineColor);
    };
    const stop = (): Stop => {
      const node = document.activeElement;
      const outside = node === null || node === document.body || node === document.documentElement;
      return {
        at: outside ? null : Number(node.getAttribute('data-stop') ?? -1),
        // A row draws the ring round all of itself, a choice round its label.
        seen:
          drawn(node) ||
          drawn(node, '::after') ||
          drawn(node?.closest('label') ?? null) ||
          drawn(node?.nextElementSibling ?? null),
        name: outside ? 'outside' : (node.getAttribute('aria-label') ?? node.textContent).trim().slice(0, 40),
      };
    };
    window.tabStops = [];
    window.addEventListener('keyup', ({ key }) => key === 'Tab' && window.tabStops.push(stop()), true);
  });

/** A walk may begin in the middle: where the focus was, or at the safe answer of a dialog. */
function follows(at: number | null, before: number | null | undefined, count: number, way: Way): boolean {
  if (before === undefined) return true;
  const [first, last, step] = way === 'Tab' ? [0, count - 1, 1] : [count - 1, 0, -1];
  if (before === null) return at === first;
  return at === null ? before === last : at === (before + step + count) % count;
}

/** One after the other, and none waited for before the next is sent. */
async function presses(page: Page, way: Way, times: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const tab = { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9, modifiers: way === 'Tab' ? 0 : 8 };
  const sent: Promise<unknown>[] = [];
  for (let press = 0; press < times; press += 1) {
    for (const type of ['rawKeyDown', 'keyUp'] as const)
      sent.push(session.send('Input.dispatchKeyEvent', { ...tab, type }));
  }
  await Promise.all(sent);
  await session.detach();
}

export type Way = 'Tab' | 'Shift+Tab';

/**
 * One round of Tab, or of Shift and Tab backwards, and on past its beginning, through the page or through the dialog that is open.
 *
 * @throws when there is nothing to come to
 */
export async function walk(page: Page, way: Way = 'Tab'): Promise<Walk> {
  const count = await number(page);
  if (count === 0) throw new Error('Nothing to come to');
  await noteStops(page);
  // Once more than there are, and once for the browser's own stop outside the page.
  await presses(page, way, count + 2);
  const stops = await page.evaluate(() => window.tabStops);
  if (stops.length !== count + 2) throw new Error(`${stops.length} of ${count + 2} presses came to the page`);
  const missed = await page.evaluate(
    (had) =>
      [...document.querySelectorAll('[data-stop]')]
        .filter((node) => !had.includes(Number(node.getAttribute('data-stop'))))
        .map((node) => `${node.tagName} ${node.getAttribute('aria-label') ?? node.textContent}`.trim()),
    stops.map(({ at }) => at),
  );
  const inside = stops.filter(({ at }) => at !== null);
  return {
    missed,
    strays: inside.filter(({ at }) => at === -1).map(({ name }) => name),
    unseen: inside.filter(({ seen }) => !seen).map(({ name }) => name),
    jumps: stops
      .filter(({ at }, index) => !follows(at, stops[index - 1]?.at, count, way))
      .map(({ name }) => name),
    out: inside.length < stops.length,
  };
}
