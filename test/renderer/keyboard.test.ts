import { describe, expect, test } from 'vitest';
import { appView, groupsOf, scopes } from '../support/fake-bridge.ts';
import { hasFocus } from '../support/has-focus.ts';
import type { OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';

const host = pageHost();

const withPage = (run: (opened: OpenPage) => Promise<void>, view = appView()) =>
  host.with(view, undefined, run);

/** The scope names whose row has the focus, is open, and what the filter holds. */
function where({ page }: OpenPage): Promise<{ row: string; open: string; focus: string }> {
  return page.evaluate(() => {
    const nameOf = (node: Element | null | undefined): string =>
      node?.querySelector('.name')?.textContent.trim() ?? '';
    const active = document.activeElement;
    return {
      row: active?.matches('[data-opener]') === true ? nameOf(active) : '',
      open: nameOf(document.querySelector('[data-opener][aria-expanded="true"]')),
      focus: active?.getAttribute('aria-label') ?? active?.tagName ?? '',
    };
  });
}

describe('[C58] from the keyboard', () => {
  test.each<[keys: string, row: string, open: string]>([
    ['ArrowDown', 'view_flows', ''],
    ['ArrowDown ArrowDown', 'manage_flows', ''],
    ['ArrowUp', 'all', ''],
    ['End', 'all', ''],
    ['End ArrowDown', 'all', ''],
    ['End Home', 'view_flows', ''],
    ['ArrowDown ArrowDown ArrowUp', 'view_flows', ''],
    ['ArrowDown Enter', 'view_flows', 'view_flows'],
    ['ArrowDown Space', 'view_flows', 'view_flows'],
    ['ArrowDown Enter Enter', 'view_flows', ''],
    ['ArrowDown Enter Escape', 'view_flows', ''],
    ['ArrowDown Enter ArrowDown', 'manage_flows', 'view_flows'],
    ['ArrowDown Enter ArrowDown Enter', 'manage_flows', 'manage_flows'],
    ['ArrowDown Enter Tab Tab Escape', 'view_flows', ''],
    ['/ r u n _ ArrowDown', 'run_status', ''],
    ['/ z z Escape ArrowDown', 'view_flows', ''],
  ])('%s ends on %s with "%s" open', async (keys, row, open) => {
    await withPage(async (opened) => {
      for (const key of keys.split(' ')) await opened.page.keyboard.press(key);
      expect(await where(opened)).toMatchObject({ row, open });
      expect(await opened.calls()).toEqual([]);
    });
  });

  test.each<[keys: string, format: string, name: string, recipe: string | undefined]>([
    ['c', 'curl', 'view_flows', 'list-flows'],
    ['h', 'header', 'view_flows', undefined],
    ['ArrowDown ArrowDown ArrowDown c', 'curl', 'run', 'start-flow'],
    ['ArrowUp h', 'header', 'all', undefined],
    ['ArrowDown Enter Tab Tab ArrowRight c', 'curl', 'view_flows', 'get-flow'],
  ])('%s copies the %s for %s', async (keys, format, name, recipe) => {
    await withPage(async ({ page, calls }) => {
      for (const key of keys.split(' ')) await page.keyboard.press(key);
      const scope = scopes().find((row) => row.name === name)?.scope;
      const request = recipe === undefined ? { scope, format } : { scope, format, recipe };
      expect(await calls()).toEqual([{ name: 'scope.copy', request }]);
    });
  });

  test.each(['/', 'Control+k'])('%s goes to the filter, where letters are text', async (key) => {
    await withPage(async (opened) => {
      await opened.page.keyboard.press(key);
      await opened.page.keyboard.type('c?h');
      expect((await where(opened)).focus).toBe('Filter scopes');
      expect(await opened.page.getByRole('searchbox').inputValue()).toBe('c?h');
      expect(await opened.calls()).toEqual([]);
      expect(await opened.page.getByText('No scope matches “c?h”').isVisible()).toBe(true);
    });
  });

  test('? lists the keys, Esc closes the list, and meanwhile no other key acts', async () => {
    await withPage(async ({ page, calls }) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await hasFocus(page, 'dialog');
      await page.keyboard.press('c');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await calls()).toEqual([]);
    });
  });

  test('Control+w closes the window', async () => {
    await withPage(async ({ page, calls }) => {
      await page.keyboard.press('Control+w');
      expect(await calls()).toEqual([{ name: 'window.close', request: null }]);
    });
  });

  test('the menu opens, moves and signs out only after a second yes', async () => {
    await withPage(async ({ page, calls }) => {
      await page.getByRole('button', { name: 'Account and more' }).focus();
      await page.keyboard.press('Enter');
      await hasFocus(page, 'menu');
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Sign out ada@university.example?' }).waitFor();
      expect(await calls()).toEqual([]);
      const focused = page.locator(':focus');
      await focused.and(page.getByRole('button', { name: 'Stay signed in' })).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await calls()).toEqual([]);
      await focused.and(page.getByRole('button', { name: 'Account and more' })).waitFor();
    });
  });

  test('every control can be reached by Tab, in the order of the page', async () => {
    await withPage(async ({ page }) => {
      const stops: string[] = [];
      for (let count = 0; count < 19; count += 1) {
        await page.keyboard.press('Tab');
        stops.push(
          await page.evaluate(
            () =>
              document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
          ),
        );
      }
      const names = stops.map((stop) => stop.trim().split(/\s/)[0]);
      const rows = scopes().flatMap(({ name }) => [name, 'Copy']);
      expect(names.slice(0, 18)).toEqual(['Accounts:', 'Lock', 'Account', 'Filter', 'Add', ...rows, 'Keys']);
    });
  });

  test('a locked scope copies nothing', async () => {
    const locked = scopes({ state: 'locked', expiresAt: null, lifetime: null });
    await withPage(
      async ({ page, calls }) => {
        await page.keyboard.press('c');
        await page.keyboard.press('h');
        expect(await calls()).toEqual([]);
        expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
      },
      appView({ groups: groupsOf(locked) }),
    );
  });
});
