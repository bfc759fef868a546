import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { SystemView } from '../../preload/contract.ts';
import { ACCOUNTS, appView, PROBLEM, SYSTEM } from '../support/fake-bridge.ts';
import type { Answers, OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { menu } from './places.ts';
import { serious } from './serious.ts';

const host = pageHost();

const VIEW = appView({ accounts: ACCOUNTS });

/** Changes one half of what the system says. */
function system(
  autostart: Partial<SystemView['autostart']>,
  palette: Partial<SystemView['palette']> = {},
): SystemView {
  return {
    autostart: { ...SYSTEM.autostart, ...autostart },
    palette: { ...SYSTEM.palette, ...palette },
  };
}

function onSettings(
  run: (opened: OpenPage) => Promise<void>,
  options: OpenOptions & { system?: SystemView } = {},
): Promise<void> {
  const { system: found = SYSTEM, ...rest } = options;
  const answers: Answers = { 'system.get': { ok: true, value: found }, ...rest.answers };
  return host.with(VIEW, { ...rest, answers }, async (opened) => {
    await menu(opened.page, 'Settings');
    await part(opened.page, 'Search from any program').waitFor();
    await run(opened);
  });
}

function part(page: Page, name: string): Locator {
  return page.getByRole('region', { name });
}

/** What changed something; reading is not of interest. */
async function asked({ calls }: OpenPage): Promise<unknown[]> {
  return (await calls())
    .filter(({ name }) => name !== 'system.get')
    .map(({ name, request }) => [name, request]);
}

test('each setting is sent alone, and Escape leaves', () =>
  onSettings(async (opened) => {
    const { page } = opened;
    await page.getByRole('switch', { name: 'Keep sign-ins alive' }).click();
    await page.getByRole('switch', { name: 'Single-letter keys' }).click();
    await page.getByRole('combobox', { name: 'Clear it after' }).selectOption('2 min');
    await page.getByRole('switch', { name: 'Clear it when the app quits' }).click();
    expect(await asked(opened)).toEqual([
      ['settings.set', { keepAlive: true }],
      ['settings.set', { letterKeys: false }],
      ['settings.set', { clearAfterSeconds: 120 }],
      ['settings.set', { clearOnQuit: false }],
    ]);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Scopes' }).waitFor();
  }));

test.each([
  ['A program asks', 'approval'],
  ['A token is about to end', 'expiry'],
  ['A sign-in is needed', 'signIn'],
  ['Something was copied', 'copied'],
  ['The keychain is locked', 'keychain'],
] as const)('“%s” is a switch of its own', (name, kind) =>
  onSettings(async (opened) => {
    const control = part(opened.page, 'Notifications').getByRole('switch', { name });
    expect(await control.getAttribute('aria-checked')).toBe('true');
    await control.click();
    const notices = { ...VIEW.settings.notices, [kind]: false };
    expect(await asked(opened)).toEqual([['settings.set', { notices }]]);
    await opened.push({ ...VIEW, settings: { ...VIEW.settings, notices } });
    expect(await control.getAttribute('aria-checked')).toBe('false');
  }),
);

test('what could not be saved is said where it was pressed, not above everything', () =>
  onSettings(
    async ({ page }) => {
      await page.getByRole('switch', { name: 'Something was copied' }).click();
      const alert = part(page, 'Notifications').getByRole('alert');
      expect(await alert.textContent()).toContain(PROBLEM.title);
      expect(await page.getByText(PROBLEM.title).count()).toBe(1);
      await page.getByRole('switch', { name: 'Keep sign-ins alive' }).click();
      await part(page, 'General').getByRole('alert').waitFor();
      expect(await page.getByRole('alert').count()).toBe(1);
    },
    { answers: { 'settings.set': { ok: false, problem: PROBLEM } } },
  ));

describe('starting with the session', () => {
  test('is switched at the system, and shown as the system then says', () =>
    onSettings(
      async (opened) => {
        const control = opened.page.getByRole('switch', { name: 'Start with the session' });
        expect(await control.getAttribute('aria-checked')).toBe('false');
        await control.click();
        await expect.poll(() => control.getAttribute('aria-checked')).toBe('true');
        expect(await asked(opened)).toEqual([['autostart.set', { on: true }]]);
      },
      { answers: { 'autostart.set': { ok: true, value: system({ on: true }) } } },
    ));

  test('that cannot be switched says why, and asks for nothing', () => {
    const why = 'This is a development build: only an installed app can be started so.';
    return onSettings(
      async (opened) => {
        const control = opened.page.getByRole('switch', { name: 'Start with the session' });
        expect(await control.getAttribute('aria-disabled')).toBe('true');
        await opened.page.getByText(why).waitFor();
        await control.focus();
        await opened.page.keyboard.press('Space');
        expect(await asked(opened)).toEqual([]);
      },
      { system: system({ can: false, why }) },
    );
  });

  test('is asked for again when the window is looked at again: others change it, too', () =>
    onSettings(async ({ page, answer }) => {
      await answer({ 'system.get': { ok: true, value: system({ on: true }) } });
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      const control = page.getByRole('switch', { name: 'Start with the session' });
      await expect.poll(() => control.getAttribute('aria-checked')).toBe('true');
    }));
});

describe('the keys of the search', () => {
  const keys = (page: Page) => part(page, 'Search from any program');

  test('are shown, and changed by pressing others', () =>
    onSettings(
      async (opened) => {
        const { page } = opened;
        await keys(page).getByText('Keys: Ctrl Shift G').waitFor();
        await page.getByRole('button', { name: 'Change keys…' }).press('Enter');
        const field = page.getByRole('textbox', { name: 'New keys' });
        await page.keyboard.down('Control');
        await page.keyboard.down('Alt');
        expect(await field.inputValue()).toBe('Ctrl + Alt + …');
        await page.keyboard.press('t');
        await page.keyboard.up('Alt');
        await page.keyboard.up('Control');
        await keys(page).getByText('Keys: Ctrl Alt T').waitFor();
        expect(await asked(opened)).toEqual([['palette.setKeys', { keys: 'CommandOrControl+Alt+T' }]]);
        const change = page.getByRole('button', { name: 'Change keys…' });
        await expect.poll(() => change.evaluate((node) => node === document.activeElement)).toBe(true);
      },
      {
        answers: {
          'palette.setKeys': { ok: true, value: system({}, { keys: 'CommandOrControl+Alt+T' }) },
        },
      },
    ));

  test.each([
    ['g', 'Hold Ctrl, Alt or Super as well.'],
    ['Control+c', 'Every program needs these keys'],
  ])('are not %s: it says so, and goes on listening', (press, why) =>
    onSettings(async (opened) => {
      const { page } = opened;
      await page.getByRole('button', { name: 'Change keys…' }).click();
      await page.keyboard.press(press);
      await keys(page).getByText(why).waitFor();
      const field = page.getByRole('textbox', { name: 'New keys' });
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await asked(opened)).toEqual([]);
      await page.keyboard.press('Control+Shift+y');
      await field.waitFor({ state: 'detached' });
      expect(await asked(opened)).toEqual([['palette.setKeys', { keys: 'CommandOrControl+Shift+Y' }]]);
    }),
  );

  test('stay as they were with Escape, which leaves the field and not the screen; keys of the page are off', () =>
    onSettings(async (opened) => {
      const { page } = opened;
      await page.getByRole('button', { name: 'Change keys…' }).click();
      await page.keyboard.press('Control+w');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Change keys…' }).waitFor();
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
      expect(await asked(opened)).toEqual([]);
    }));

  test('can be none, and the usual ones again', () =>
    onSettings(
      async (opened) => {
        const { page } = opened;
        await page.getByRole('button', { name: 'Switch off' }).click();
        await keys(page).getByText('No keys open the search.').waitFor();
        await keys(page).getByText('globus-token-tray --palette').waitFor();
        await page.getByRole('button', { name: 'Use the usual keys' }).click();
        expect(await asked(opened)).toEqual([
          ['palette.setKeys', { keys: null }],
          ['palette.setKeys', { keys: 'CommandOrControl+Shift+G' }],
        ]);
      },
      { answers: { 'palette.setKeys': { ok: true, value: system({}, { keys: null, state: 'off' }) } } },
    ));

  test('that another program has are kept, with the way out', () =>
    onSettings(
      async (opened) => {
        const { page } = opened;
        expect(await keys(page).getByRole('alert').textContent()).toContain('Another program has these keys');
        await page.getByRole('button', { name: 'Try again' }).click();
        expect(await asked(opened)).toEqual([['palette.setKeys', { keys: 'CommandOrControl+Shift+G' }]]);
        await expect.poll(() => keys(page).getByRole('alert').count()).toBe(0);
      },
      {
        system: system({}, { state: 'taken' }),
        answers: { 'palette.setKeys': { ok: true, value: SYSTEM } },
      },
    ));

  test('are a command to bind where no program may have any, copied by main', () =>
    onSettings(
      async (opened) => {
        const { page } = opened;
        await keys(page).getByText('globus-token-tray --palette').waitFor();
        await page.getByRole('button', { name: 'Copy the command' }).click();
        await page.getByRole('button', { name: 'Copied' }).waitFor();
        expect(await asked(opened)).toEqual([['palette.copyCommand', null]]);
        expect(await page.getByRole('button', { name: 'Change keys…' }).count()).toBe(0);
      },
      { system: system({}, { state: 'unavailable' }) },
    ));

  test('are asked for at a desktop that gives them, and then shown as it says', () =>
    onSettings(
      async (opened) => {
        const { page } = opened;
        const ask = page.getByRole('button', { name: 'Ask the desktop for keys…' });
        await keys(page).getByText('globus-token-tray --palette').waitFor();
        await ask.focus();
        await page.keyboard.press('Enter');
        await keys(page).getByText('Keys: Ctrl Alt G').waitFor();
        expect(await asked(opened)).toEqual([['palette.askKeys', null]]);
        expect(await ask.count()).toBe(0);
        // The button that was pressed is gone; the keyboard goes on from its place.
        const off = page.getByRole('button', { name: 'Switch off' });
        await expect.poll(() => off.evaluate((node) => node === document.activeElement)).toBe(true);
        await page.keyboard.press('Enter');
        await expect.poll(() => ask.evaluate((node) => node === document.activeElement)).toBe(true);
        expect((await asked(opened)).at(-1)).toEqual(['palette.setKeys', { keys: null }]);
      },
      {
        system: system({}, { state: 'ask' }),
        answers: {
          'palette.askKeys': { ok: true, value: system({}, { state: 'given', keys: 'Ctrl+Alt+G' }) },
          'palette.setKeys': { ok: true, value: system({}, { state: 'ask' }) },
        },
      },
    ));

  test('that the desktop does not give are told in place, and the command stays', () =>
    onSettings(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Ask the desktop for keys…' }).click();
        expect(await keys(page).getByRole('alert').textContent()).toContain(PROBLEM.title);
        await keys(page).getByText('globus-token-tray --palette').waitFor();
      },
      {
        system: system({}, { state: 'ask' }),
        answers: { 'palette.askKeys': { ok: false, problem: PROBLEM } },
      },
    ));

  test('that the desktop has not chosen yet are to be chosen there', () =>
    onSettings(
      async ({ page }) => {
        await keys(page).getByText('choose some in its keyboard settings').waitFor();
        expect(
          await keys(page)
            .getByText(/^Keys:/)
            .count(),
        ).toBe(0);
      },
      { system: system({}, { state: 'given', keys: '' }) },
    ));

  test('that main does not take are told in place', () =>
    onSettings(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Switch off' }).click();
        expect(await keys(page).getByRole('alert').textContent()).toContain(PROBLEM.title);
        await keys(page).getByText('Keys: Ctrl Shift G').waitFor();
      },
      { answers: { 'palette.setKeys': { ok: false, problem: PROBLEM } } },
    ));
});

test('the facts lead to the accounts', () =>
  onSettings(async ({ page }) => {
    const facts = part(page, 'Account and vault');
    for (const { username } of ACCOUNTS) expect(await facts.textContent()).toContain(username);
    expect(await facts.textContent()).toContain(VIEW.vault.label);
    await facts.getByRole('button', { name: 'Manage accounts…' }).click();
    await page.getByRole('heading', { name: 'Accounts' }).waitFor();
  }));

test('[C58] Tab reaches every control, top to bottom, and Space moves each switch', () =>
  onSettings(async (opened) => {
    const { page } = opened;
    await page.getByRole('heading', { name: 'Settings' }).focus();
    const reached: string[] = [];
    for (let step = 0; step < 15; step += 1) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(() => {
          const node = document.activeElement;
          const labels = node?.getAttribute('aria-labelledby')?.split(' ') ?? [];
          const label = node instanceof HTMLSelectElement ? (node.labels[0]?.textContent ?? '') : '';
          const named = labels.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
          return named || label || (node?.textContent ?? '').trim();
        }),
      );
      const role = await page.evaluate(() => document.activeElement?.getAttribute('role'));
      if (role === 'switch') await page.keyboard.press('Space');
    }
    expect(reached.slice(0, 14)).toEqual([
      'Start with the session',
      'Keep sign-ins alive',
      'Single-letter keys',
      'Clear it after',
      'Clear it when the app quits',
      'A program asks',
      'A token is about to end',
      'A sign-in is needed',
      'Something was copied',
      'The keychain is locked',
      'Change keys…',
      'Switch off',
      'Look for them',
      'Manage accounts…',
    ]);
    expect((await asked(opened)).map((call) => (call as unknown[])[0])).toEqual([
      'autostart.set',
      ...Array.from({ length: 8 }, () => 'settings.set'),
    ]);
  }));

const STATES: [title: string, system: SystemView, open: (page: Page) => Promise<void>][] = [
  ['as usual', SYSTEM, () => Promise.resolve()],
  ['nothing can be switched', system({ can: false, why: 'Why. '.repeat(20) }), () => Promise.resolve()],
  ['keys that are taken', system({ on: true }, { state: 'taken' }), () => Promise.resolve()],
  ['no keys', system({}, { keys: null, state: 'off' }), () => Promise.resolve()],
  ['keys that cannot be', system({}, { state: 'unavailable' }), () => Promise.resolve()],
  ['keys to be asked for', system({}, { state: 'ask' }), () => Promise.resolve()],
  [
    'keys of the desktop',
    system({}, { state: 'given', keys: 'Ctrl+Alt+Umschalt+Bild auf' }),
    () => Promise.resolve(),
  ],
  [
    'new keys, refused',
    SYSTEM,
    async (page) => {
      await page.getByRole('button', { name: 'Change keys…' }).click();
      await page.keyboard.press('g');
    },
  ],
  [
    'a problem',
    SYSTEM,
    async (page) => {
      await page.getByRole('switch', { name: 'Keep sign-ins alive' }).click();
      await page.getByRole('alert').waitFor();
    },
  ],
];

test.each(STATES)(
  '[C58] %s: nothing serious for axe in light and dark, nothing sideways',
  (_title, found, open) =>
    onSettings(
      async ({ page }) => {
        await open(page);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await serious(page)).toEqual([]);
        }
        // The last is 360 px at a zoom of 200 %.
        for (const width of [360, 520, 180]) {
          await page.setViewportSize({ width, height: 480 });
          const wide = await page.evaluate(() =>
            [...document.querySelectorAll('main *')]
              .filter((node) => node.closest('.visually-hidden, svg') === null)
              .filter(
                (node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5,
              )
              .map((node) => `${node.tagName} ${node.textContent.slice(0, 40)}`),
          );
          expect(wide, `${width} px`).toEqual([]);
        }
      },
      { system: found, answers: { 'settings.set': { ok: false, problem: PROBLEM } } },
    ),
);
