import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { UpdateView } from '../../preload/contract.ts';
import { appView, NOW, PROBLEM } from '../support/fake-bridge.ts';
import type { OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { menu } from './places.ts';
import { stopClock } from './stop-clock.ts';

const host = pageHost();

const PROBLEMS = { ...PROBLEM, title: 'The update’s signature is wrong', detail: 'It was not signed.' };
const STATES: Record<UpdateView['phase'], [update: UpdateView, says: RegExp]> = {
  none: [{ phase: 'none', why: 'The demo does not update itself.' }, /The demo does not update itself/],
  off: [{ phase: 'off' }, /Nobody is asked, and nothing is downloaded/],
  current: [
    { phase: 'current', checkedAt: NOW, older: '0.0.9' },
    /0\.1\.0 is the newest version, as of .*The server offers 0\.0\.9, which is older/,
  ],
  checking: [{ phase: 'checking' }, /Looking for a newer version/],
  found: [
    { phase: 'found', version: '0.2.0', how: 'apt installs it.' },
    /0\.2\.0 is there\. apt installs it/,
  ],
  downloading: [{ phase: 'downloading', version: '0.2.0', percent: 42 }, /Downloading version 0\.2\.0/],
  ready: [{ phase: 'ready', version: '0.2.0' }, /0\.2\.0 is ready\. It is installed when the app quits/],
  failed: [{ phase: 'failed', problem: PROBLEMS }, /signature is wrong/],
};
const PHASES = Object.keys(STATES) as UpdateView['phase'][];

const viewOf = (update: UpdateView) => appView({ update });

function onUpdates(
  update: UpdateView,
  run: (part: Locator, opened: OpenPage) => Promise<void>,
  options: OpenOptions = {},
): Promise<void> {
  return host.with(viewOf(update), options, async (opened) => {
    await menu(opened.page, 'Settings');
    const part = opened.page.getByRole('region', { name: 'Updates' });
    await part.waitFor();
    await run(part, opened);
  });
}

async function asked({ calls }: OpenPage): Promise<unknown[]> {
  return (await calls())
    .filter(({ name }) => name !== 'system.get')
    .map(({ name, request }) => [name, request]);
}

/** Of this part alone: the screen around it has its own test. */
async function seriousIn(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const part = [...document.querySelectorAll('section')].find(
      (one) => one.querySelector('h2')?.textContent === 'Updates',
    );
    if (part === undefined) throw new Error('no part');
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(part, {
      resultTypes: ['violations'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

test('[C58] every state is said in words; nothing serious for axe, nothing sideways', () =>
  onUpdates(STATES.none[0], async (part, opened) => {
    const { page, push } = opened;
    for (const phase of PHASES) {
      const [update, says] = STATES[phase];
      await push(viewOf(update));
      await expect.poll(() => part.textContent(), { message: phase }).toMatch(says);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await seriousIn(page), phase).toEqual([]);
      }
      for (const width of [360, 180]) {
        await page.setViewportSize({ width, height: 480 });
        const wide = await part.evaluate((node) =>
          [...node.querySelectorAll('*')]
            .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
            .map((one) => one.outerHTML.slice(0, 80)),
        );
        expect(wide, `${phase}, ${width} px`).toEqual([]);
      }
    }
  }));

describe('the switch', () => {
  test.each([
    ['current', 'true', 'off'],
    ['off', 'false', 'auto'],
  ] as const)('of “%s” is %s, and asks for %s', (phase, checked, next) =>
    onUpdates(STATES[phase][0], async (part, opened) => {
      const control = part.getByRole('switch', { name: 'Keep the app up to date' });
      expect(await control.getAttribute('aria-checked')).toBe(checked);
      await control.press('Space');
      expect(await asked(opened)).toEqual([['settings.set', { updates: next }]]);
    }),
  );

  test('of a build without updates cannot be moved', () =>
    onUpdates(STATES.none[0], async (part, opened) => {
      const control = part.getByRole('switch');
      expect(await control.getAttribute('aria-disabled')).toBe('true');
      await control.press('Space');
      expect(await part.getByRole('button').count()).toBe(0);
      expect(await asked(opened)).toEqual([]);
    }));
});

test('“Check now” asks, keeps the keyboard where it is, and waits while something is under way', () =>
  onUpdates(STATES.current[0], async (part, opened) => {
    const check = part.getByRole('button', { name: 'Check now' });
    await check.press('Enter');
    await opened.push(viewOf(STATES.downloading[0]));
    await check.press('Enter');
    expect(await check.getAttribute('aria-disabled')).toBe('true');
    expect(await part.getByRole('progressbar', { name: 'Downloaded' }).getAttribute('value')).toBe('42');
    // For eyes alone: a status that counts would talk without end.
    expect(await part.getByText('42 %').isVisible()).toBe(true);
    expect(await part.getByRole('status').textContent()).not.toContain('42');
    await opened.push(viewOf(STATES.ready[0]));
    expect(await check.evaluate((node) => node === document.activeElement)).toBe(true);
    await part.getByRole('button', { name: 'Restart to update' }).click();
    expect(await asked(opened)).toEqual([
      ['updates.check', null],
      ['updates.restart', null],
    ]);
  }));

test.each([
  ['a look', STATES.checking[0], 'Cancel: Looking for a newer version'],
  ['a download', STATES.downloading[0], 'Cancel: Downloading version 0.2.0'],
])('%s can be ended after 300 ms, and the focus goes to “Check now”', (_what, update, name) =>
  onUpdates(STATES.current[0], async (part, opened) => {
    const { clock } = opened.page;
    await stopClock(opened.page, NOW + 1_000);
    await opened.push(viewOf(update));
    const cancel = part.getByRole('button', { name, exact: true });
    await clock.runFor(299);
    expect(await cancel.count()).toBe(0);
    await clock.runFor(1);
    await cancel.press('Enter');
    expect(await asked(opened)).toEqual([['call.cancel', { call: 'updates.check' }]]);
    await opened.push(viewOf(STATES.current[0]));
    await cancel.waitFor({ state: 'detached' });
    const check = part.getByRole('button', { name: 'Check now' });
    expect(await check.evaluate((node) => node === document.activeElement)).toBe(true);
  }),
);

test('[C59] what failed is told with its three parts, and what could not be asked, too', () =>
  onUpdates(
    STATES.failed[0],
    async (part) => {
      const alert = part.getByRole('alert');
      for (const words of [PROBLEMS.title, PROBLEMS.tokens, PROBLEMS.next, PROBLEMS.detail]) {
        expect(await alert.first().textContent()).toContain(words);
      }
      await part.getByRole('button', { name: 'Check now' }).click();
      await expect.poll(() => alert.count()).toBe(2);
    },
    { answers: { 'updates.check': { ok: false, problem: PROBLEM } } },
  ));
