import { expect, test } from 'vitest';
import { STATES } from '../support/fake-bridge.ts';
import type { OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { openPlace, PLACES, RICH } from './places.ts';

const host = pageHost();

/** At a place, with the colours that a person has chosen for every program (Windows: contrast themes). */
async function at(title: string, options: OpenOptions = {}): Promise<OpenPage> {
  const place = PLACES.find((one) => one.title === title);
  if (place === undefined) throw new Error(`no place ${title}`);
  const opened = await openPlace(host, place, options);
  await opened.page.emulateMedia({ forcedColors: 'active' });
  return opened;
}

const style = ({ page }: OpenPage, selector: string, property: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), property);

/** What the person has chosen for this: the browser's name for a colour of the system. */
const system = ({ page }: OpenPage, name: string): Promise<string> =>
  page.evaluate((colour) => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = colour;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, name);

test('[C58] the row that is chosen has an edge in forced colours, the others have none', async () => {
  const opened = await at('"signed in"');
  expect(await style(opened, 'li.selected', 'outline-style')).toBe('solid');
  expect(await style(opened, 'li[data-scope]:not(.selected)', 'outline-style')).toBe('none');
  await opened.close();
});

test('[C58] the chosen entry of the palette has an edge in forced colours', async () => {
  const opened = await at('the palette');
  expect(await style(opened, '[role="option"][aria-selected="true"]', 'outline-style')).toBe('solid');
  expect(await style(opened, '[role="option"][aria-selected="false"]', 'outline-style')).toBe('none');
  await opened.close();
});

test('[C58] the chosen one of a few has an edge in forced colours', async () => {
  const opened = await at('values to fill in');
  expect(await style(opened, '.segments label:has(:checked)', 'outline-style')).toBe('solid');
  await opened.close();
});

test('[C58] a switch shows its knob and whether it is on in forced colours', async () => {
  const opened = await at('the settings');
  const colours = async (checked: boolean): Promise<string[]> => {
    const button = `[role="switch"][aria-checked="${checked}"]`;
    return [
      await style(opened, button, 'background-color'),
      await style(opened, `${button} .knob`, 'background-color'),
    ];
  };
  const [on, off] = [await colours(true), await colours(false)];
  expect(on[0]).not.toBe(on[1]);
  expect(off[0]).not.toBe(off[1]);
  expect(on[0]).not.toBe(off[0]);
  await opened.close();
});

test('[C58] buttons, menus and dialogs have an edge in forced colours', async () => {
  const opened = await at('the question before signing out');
  for (const selector of ['.dialog', '.dialog .btn', 'header .icon-btn']) {
    expect(await style(opened, selector, 'border-top-width'), selector).toBe('1px');
    expect(await style(opened, selector, 'border-top-style'), selector).toBe('solid');
  }
  await opened.close();
  const menu = await at('the menu');
  expect(await style(menu, '.menu', 'border-top-style')).toBe('solid');
  await menu.page.keyboard.press('ArrowDown');
  const lit = await style(menu, '.menu-item[data-highlighted]', 'background-color');
  expect(lit).not.toBe(await style(menu, '.menu-item:not([data-highlighted])', 'background-color'));
  await menu.close();
});

test('[C58] buttons that are filled have an edge, and their words a colour, in forced colours', async () => {
  const opened = await at('the question before signing out');
  const danger = '.dialog .btn.danger';
  expect(await style(opened, danger, 'border-top-color')).not.toBe('rgba(0, 0, 0, 0)');
  expect(await style(opened, danger, 'forced-color-adjust')).toBe('none');
  expect(await style(opened, danger, 'color')).not.toBe(await style(opened, danger, 'background-color'));
  await opened.close();
});

test('[C58] a button that waits, one without an edge of its own, and an update’s bar in forced colours', async () => {
  const opened = await at('an update that is downloaded');
  const [waits, other] = ['.btn.outline[aria-disabled="true"]', '.btn.outline:not([aria-disabled])'];
  expect(await style(opened, waits, 'color')).not.toBe(await style(opened, other, 'color'));
  expect(await style(opened, '.btn.quiet', 'color')).not.toBe(await style(opened, other, 'color'));
  expect(await style(opened, waits, 'color')).toBe(await system(opened, 'GrayText'));
  expect(await style(opened, '.btn.quiet', 'color')).toBe(await system(opened, 'LinkText'));
  expect(await style(opened, 'progress', 'accent-color')).toBe(await system(opened, 'Highlight'));
  await opened.close();
});

test('[C58] each state of a scope is another drawing, whatever its colour', async () => {
  const opened = await host.open(STATES['every scope state'] ?? RICH);
  await opened.page.emulateMedia({ forcedColors: 'active' });
  const drawings = await opened.page
    .locator('[data-opener] svg')
    .evaluateAll((rings) =>
      rings.map(
        (ring) => `${ring.querySelector('path')?.getAttribute('d')} ${ring.querySelectorAll('.arc').length}`,
      ),
    );
  expect(drawings.length).toBeGreaterThan(4);
  expect(new Set(drawings).size).toBe(drawings.length);
  await opened.close();
});

test('[C58] words on a filled button keep their colour, and what is under way is an arc, not a ring', async () => {
  const opened = await at('a copy that takes long');
  const copy = 'li.selected .btn.primary';
  // The browser would lay the page's colour, which these words have, behind them.
  expect(await style(opened, copy, 'forced-color-adjust')).toBe('none');
  expect(await style(opened, copy, 'color')).not.toBe(await style(opened, copy, 'background-color'));
  expect(await style(opened, 'svg.busy .track', 'stroke')).toBe('none');
  await opened.close();
  const copied = await at('"copied"');
  expect(await style(copied, '.toast', 'forced-color-adjust')).toBe('none');
  expect(await style(copied, '.toast', 'color')).not.toBe(await style(copied, '.toast', 'background-color'));
  await copied.close();
});

test('[C58] words and knobs on the accent have the colour that belongs on it in forced colours', async () => {
  // In a light theme it is the white that they have anyway.
  const opened = await at('a copy that takes long', { dark: true });
  const accent = await system(opened, 'Highlight');
  const onAccent = await system(opened, 'HighlightText');
  expect(await style(opened, 'li.selected .btn.primary', 'background-color')).toBe(accent);
  expect(await style(opened, 'li.selected .btn.primary', 'color')).toBe(onAccent);
  await opened.close();
  const settings = await at('the settings', { dark: true });
  const on = '[role="switch"][aria-checked="true"]';
  expect(await style(settings, on, 'background-color')).toBe(accent);
  expect(await style(settings, `${on} .knob`, 'background-color')).toBe(onAccent);
  await settings.close();
});

test('[C58] what is off is grey in forced colours, and what is on is not', async () => {
  const states = await host.open(STATES['every scope state'] ?? RICH);
  await states.page.emulateMedia({ forcedColors: 'active' });
  const grey = await system(states, 'GrayText');
  expect(await style(states, '[data-opener] svg.off', 'color')).toBe(grey);
  expect(await style(states, '[data-opener] svg.ok', 'color')).not.toBe(grey);
  await states.close();
  for (const [title, drawn] of [
    ['"offline"', 'footer .where svg'],
    ['"broker off"', 'nav .dot'],
  ] as const) {
    const off = await at(title);
    expect(await style(off, drawn, 'stroke'), title).toBe(grey);
    await off.close();
  }
  const on = await at('"broker on"');
  for (const drawn of ['footer .where svg', 'nav .dot'])
    expect(await style(on, drawn, 'stroke'), drawn).not.toBe(grey);
  await on.close();
});
