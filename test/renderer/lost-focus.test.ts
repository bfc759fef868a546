import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import { STATES } from '../support/fake-bridge.ts';
import { pageHost } from './page-host.ts';
import { RICH } from './places.ts';

const host = pageHost();

const LOCKED: AppView = { ...RICH, locked: true };
const COPIED: AppView = {
  ...RICH,
  clipboard: { what: 'header for run', clearsAt: RICH.now + 40_000, duration: 45_000 },
};
const STANDING = STATES['standing problem'] ?? RICH;
const RENEWING: AppView = {
  ...RICH,
  groups: RICH.groups.map((group) => ({
    ...group,
    scopes: group.scopes.map((scope) =>
      scope.name === 'view_flows' ? { ...scope, state: 'renewing' } : scope,
    ),
  })),
};

/** Name of whatever has the focus, as it reads. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    return at?.getAttribute('aria-label') ?? at?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
  });

describe('[C58] a control that goes under the finger', () => {
  it.each<[what: string, before: AppView, button: string | RegExp, after: AppView, next: RegExp]>([
    ['Lock now hands on to Unlock', RICH, 'Lock now', LOCKED, /^Unlock$/],
    ['Unlock hands on to Lock now', LOCKED, 'Unlock', RICH, /^Lock now$/],
    ['Clear now leaves the keyboard at the heading', COPIED, 'Clear now', RICH, /^Scopes$/],
    ['Dismiss leaves the keyboard at the heading', STANDING, 'Dismiss', RICH, /^Scopes$/],
  ])('%s', (_title, before, button, after, next) =>
    host.with(before, {}, async ({ page, push }) => {
      await page.getByRole('button', { name: button, exact: true }).focus();
      await page.keyboard.press('Enter');
      await push(after);
      await expect.poll(() => focused(page)).toMatch(next);
    }),
  );

  it('in a row leaves the keyboard at that row', () =>
    host.with(RICH, {}, async ({ page, push }) => {
      const opener = page.locator('li', { hasText: 'view_flows' }).first().locator('[data-opener]');
      await opener.click();
      await page.getByRole('button', { name: 'Renew', exact: true }).focus();
      await push(RENEWING);
      await expect.poll(() => opener.evaluate((node) => node === document.activeElement)).toBe(true);
    }));

  it('takes the focus from nobody who has it elsewhere', () =>
    host.with(COPIED, {}, async ({ page, push }) => {
      await page.getByRole('button', { name: 'Clear now' }).focus();
      await page.getByRole('searchbox').focus();
      await push(RICH);
      await page.getByRole('button', { name: 'Clear now' }).waitFor({ state: 'detached' });
      expect(await page.getByRole('searchbox').evaluate((node) => node === document.activeElement)).toBe(
        true,
      );
    }));
});
