import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import {
  ACCOUNTS,
  CALL,
  PROBLEM,
  STATES,
  appView,
  everyState,
  groupsOf,
  groupsOfTwo,
  groupsWithFlows,
  manyGroups,
  scopes,
} from '../support/fake-bridge.ts';
import type { OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';

const host = pageHost();

const palette = (
  use: (open: OpenPage) => Promise<void>,
  view: AppView = appView(),
  options: OpenOptions = {},
) => host.with(view, { page: 'palette', width: 560, height: 620, ...options }, use);

/** What was asked of main, but for the height. */
async function asked(open: OpenPage): Promise<{ name: string; request: unknown }[]> {
  return (await open.calls()).filter(({ name }) => name !== 'palette.fit');
}

/** By the accessibility tree: the row that a screen reader is at. */
function chosen({ page }: OpenPage): Promise<string | null> {
  return page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant');
    return document.getElementById(id ?? '')?.querySelector('.name')?.textContent ?? null;
  });
}

const [first, , , , , last] = scopes();

describe('the palette by keys alone', () => {
  it('has the focus, the first row chosen, and a height that it asks for', async () => {
    await palette(async (open) => {
      const field = open.page.getByRole('combobox', { name: 'Search scopes, flows and accounts' });
      expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await field.getAttribute('placeholder')).toBe('Scope, flow or account');
      expect(await chosen(open)).toBe('view_flows');
      await expect
        .poll(async () => (await open.calls()).some(({ name }) => name === 'palette.fit'))
        .toBe(true);
      await open.page.keyboard.press('Tab');
      expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it.each([
    ['ArrowDown', 'manage_flows'],
    ['ArrowUp', last?.name],
    ['End', last?.name],
    ['Home', 'view_flows'],
  ])('%s goes to %s', async (key, name) => {
    await palette(async (open) => {
      await open.page.keyboard.press(key);
      await expect.poll(() => chosen(open)).toBe(name);
    });
  });

  it('goes round at the end, and typing chooses the best again', async () => {
    await palette(async (open) => {
      await open.page.keyboard.press('End');
      await open.page.keyboard.press('ArrowDown');
      await expect.poll(() => chosen(open)).toBe('view_flows');
      await open.page.keyboard.press('ArrowDown');
      await open.page.keyboard.type('run_m');
      await expect.poll(() => chosen(open)).toBe('run_manage');
    });
  });

  it.each([
    ['Enter', { format: 'curl', tool: 'curl', mode: 'literal' }, 'curl'],
    ['Shift+Enter', { format: 'header' }, 'header'],
    ['Control+Enter', { format: 'curl', tool: 'curl', mode: 'fetched' }, 'broker curl'],
    ['Meta+Enter', { format: 'curl', tool: 'curl', mode: 'fetched' }, 'broker curl'],
  ])('%s copies, says so and closes', async (keys, request, what) => {
    await palette(async (open) => {
      await open.page.keyboard.press(keys);
      await open.page.getByRole('status').getByText(`Copied ${what} for view_flows`).waitFor();
      await expect
        .poll(() => asked(open))
        .toEqual([
          { name: 'scope.copy', request: { scope: first?.scope, ...request } },
          { name: 'palette.close', request: null },
        ]);
    });
  });

  it('stays open with the problem when nothing was copied', async () => {
    await palette(
      async (open) => {
        await open.page.keyboard.press('Enter');
        await open.page.getByRole('alert').getByText(PROBLEM.title).waitFor();
        expect((await asked(open)).map(({ name }) => name)).toEqual(['scope.copy']);
        await open.page.keyboard.type('r');
        await open.page.getByRole('alert').waitFor({ state: 'detached' });
      },
      appView(),
      { answers: { 'scope.copy': { ok: false, problem: PROBLEM } } },
    );
  });

  it('copies once, however often Enter is pressed', async () => {
    await palette(
      async (open) => {
        for (let press = 0; press < 4; press++) await open.page.keyboard.press('Enter');
        expect((await asked(open)).map(({ name }) => name)).toEqual(['scope.copy']);
      },
      appView(),
      { answers: { 'scope.copy': 'pending' } },
    );
  });

  it('Alt+Enter tries the first call that reads and needs nothing, and shows what came back', async () => {
    await palette(
      async (open) => {
        await open.page.keyboard.press('Alt+Enter');
        await open.page.getByRole('status').getByText('List my flows: 200 in 184 ms').waitFor();
        expect(await asked(open)).toEqual([
          { name: 'call.run', request: { scope: first?.scope, recipe: 'list-flows', values: {} } },
        ]);
        await open.page.keyboard.type('run');
        await open.page.keyboard.press('Alt+Enter');
        await open.page.getByText('run has no call that can be tried as it is').waitFor();
      },
      appView(),
      { answers: { 'call.run': { ok: true, value: CALL } } },
    );
  });

  it('Escape first clears, then closes', async () => {
    await palette(async (open) => {
      await open.page.keyboard.type('run');
      await open.page.keyboard.press('Escape');
      expect(await open.page.getByRole('combobox').inputValue()).toBe('');
      expect(await asked(open)).toEqual([]);
      await open.page.keyboard.press('Escape');
      await expect.poll(() => asked(open)).toEqual([{ name: 'palette.close', request: null }]);
    });
  });

  it('starts anew when it is opened again, the last copied first', async () => {
    await palette(async (open) => {
      await open.page.keyboard.type('run_s');
      await open.tell('palette', { recent: [last?.scope ?? ''] });
      expect(await open.page.getByRole('combobox').inputValue()).toBe('');
      await expect.poll(() => chosen(open)).toBe(last?.name);
    });
  });

  it('keeps the chosen row in sight', async () => {
    await palette(
      async (open) => {
        await open.page.keyboard.press('End');
        await expect
          .poll(() =>
            open.page.evaluate(() => {
              const row = document.querySelector('[aria-selected=true]')?.getBoundingClientRect();
              const list = document.querySelector('[role=listbox]')?.getBoundingClientRect();
              return row !== undefined && list !== undefined && row.bottom <= list.bottom + 1;
            }),
          )
          .toBe(true);
        expect(await open.page.getByRole('option').count()).toBe(50);
        await open.page.getByText(/ more: type another letter/).waitFor();
      },
      appView({ groups: manyGroups(300, 20) }),
    );
  });
});

describe('an account', () => {
  it('finds its rows, and what is copied is its', async () => {
    await palette(
      async (open) => {
        await open.page.keyboard.type('grace view');
        await open.page.getByText('grace@lab.example').waitFor();
        await open.page.keyboard.press('Enter');
        await open.page.getByText('Copied curl for view_flows of grace@lab.example').waitFor();
        expect((await asked(open))[0]).toMatchObject({ request: { account: ACCOUNTS[1]?.sub } });
      },
      appView({ groups: groupsOfTwo(), accounts: ACCOUNTS }),
    );
  });
});

describe('what the palette says instead', () => {
  it.each([
    ['app locked', 'Locked: nothing is handed out'],
    ['signed out', 'Nobody is signed in'],
    ['first run', 'Not set up yet'],
    ['locked', 'GNOME Keyring (Secret Service) is locked'],
    ['no keychain', 'No keyring service is running'],
  ])('%s: %s, one line what to do, and Enter does nothing', async (state, title) => {
    await palette(async (open) => {
      await open.page.getByText(title, { exact: true }).waitFor();
      expect(await open.page.getByRole('option').count()).toBe(0);
      await open.page.keyboard.press('Enter');
      await open.page.keyboard.press('Alt+Enter');
      expect(await asked(open)).toEqual([]);
      await open.page.keyboard.press('Escape');
      await expect.poll(() => asked(open)).toEqual([{ name: 'palette.close', request: null }]);
    }, STATES[state]);
  });

  it('no match: names what was typed', async () => {
    await palette(async (open) => {
      await open.page.keyboard.type('zzz');
      await open.page.getByText('Nothing matches “zzz”.').waitFor();
      await open.page.keyboard.press('Enter');
      expect(await asked(open)).toEqual([]);
    });
  });

  it('offline: says what still works', async () => {
    await palette(async (open) => {
      await open.page.getByText('Offline: only tokens that are here already can be copied.').waitFor();
    }, STATES['offline']);
  });

  it.each([
    ['run_manage', 'Globus wants your consent for run_manage'],
    ['all', 'You are not signed in for all'],
  ])('%s without a token: %s', async (name, title) => {
    await palette(
      async (open) => {
        await open.page.keyboard.type(name);
        await open.page.keyboard.press('Enter');
        await open.page.getByRole('status').getByText(title).waitFor();
        expect(await asked(open)).toEqual([]);
      },
      appView({ groups: groupsOf(everyState()) }),
    );
  });
});

const LOOKS: Record<string, AppView> = {
  flows: appView({ groups: groupsWithFlows() }),
  states: appView({ groups: groupsOf(everyState()) }),
  accounts: appView({ groups: groupsOfTwo(), accounts: ACCOUNTS }),
  locked: appView({ locked: true }),
  long: STATES['long names'] ?? appView(),
};

describe('its looks', () => {
  it.each(Object.keys(LOOKS).flatMap((name) => [[name, false] as const, [name, true] as const]))(
    '[C58] %s (dark: %s) has nothing for axe and nothing past the edge at 360 pixels',
    async (name, dark) => {
      await palette(
        async (open) => {
          await open.page.keyboard.press('Alt+Enter');
          await open.page.evaluate(axe.source);
          const violations = await open.page.evaluate(async () => {
            const found = await (window as unknown as { axe: typeof axe }).axe.run();
            // A search field and its list have no heading: the window's title says what it is.
            return found.violations
              .filter(({ id }) => id !== 'page-has-heading-one')
              .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
          });
          expect(violations).toEqual([]);
          expect(await open.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
            360,
          );
        },
        LOOKS[name],
        { dark, width: 360, answers: { 'call.run': { ok: true, value: CALL } } },
      );
    },
  );
});
