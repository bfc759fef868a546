import { describe, expect, test } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import {
  ACCOUNTS,
  appView,
  flowScope,
  groupsOfTwo,
  groupsWithFlows,
  manyGroups,
  NOW,
} from '../support/fake-bridge.ts';
import type { OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';

const host = pageHost();

const withPage = (
  run: (opened: OpenPage) => Promise<void>,
  view: AppView = appView({ groups: groupsWithFlows() }),
  options?: OpenOptions,
) => host.with(view, options, run);

/** The name of the button that Enter would press now. */
function focused({ page }: OpenPage): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
}

describe('[C38] a copy that did not reach the clipboard', () => {
  const flow = flowScope().scope;

  test('marks the button of its row, in sight, and says what happened', () =>
    withPage(async (opened) => {
      await opened.tell('notCopied', { scope: flow, format: 'curl' });
      await expect.poll(() => focused(opened)).toBe('Copy curl for Move and publish');
      const button = opened.page.locator(':focus');
      expect(await button.evaluate((node) => getComputedStyle(node).clipPath)).toBe('none');
      await opened.page.getByRole('status').getByText('That was not copied').waitFor();
      await opened.page.keyboard.press('Enter');
      const copy = (await opened.calls()).find(({ name }) => name === 'scope.copy');
      expect(copy?.request).toMatchObject({ scope: flow, format: 'curl' });
      // Copying again takes the words away.
      await opened.page.getByRole('heading', { name: 'That was not copied' }).waitFor({ state: 'detached' });
    }));

  test('marks it also for whoever used the mouse last, and no longer than the focus is there', () =>
    withPage(async (opened) => {
      const { page } = opened;
      await page.getByRole('button', { name: /^view_flows/ }).click();
      await opened.tell('notCopied', { scope: flow, format: 'curl' });
      await expect.poll(() => focused(opened)).toBe('Copy curl for Move and publish');
      const button = page.locator(':focus');
      const ring = () =>
        page
          .getByLabel('Copy curl for Move and publish')
          .evaluate((node) => getComputedStyle(node).outlineStyle);
      expect([await button.evaluate((node) => node.matches(':focus-visible')), await ring()]).toEqual([
        false,
        'solid',
      ]);
      await page.getByRole('searchbox').click();
      expect(await ring()).toBe('none');
    }));

  test('of a header opens the row, for its button is in there', () =>
    withPage(async (opened) => {
      await opened.tell('notCopied', { scope: flow, format: 'header' });
      await expect.poll(() => focused(opened)).toBe('Copy header for Move and publish');
      // That button is far down; what happened is in sight all the same.
      const said = opened.page.getByRole('heading', { name: 'That was not copied' });
      const place = await said.evaluate((node) => node.getBoundingClientRect().toJSON() as DOMRect);
      const onTop = ({ x, y }: DOMRect) => document.elementFromPoint(x + 1, y + 1)?.textContent;
      expect(await opened.page.evaluate(onTop, place)).toBe('That was not copied');
    }));

  test('leads out of another screen and of a filter that hides the row', () =>
    withPage(async (opened) => {
      const { page } = opened;
      await page.getByRole('searchbox').fill('view_flows');
      await page.getByRole('button', { name: 'Account and more' }).click();
      await page.getByRole('menuitem', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
      await opened.tell('notCopied', { scope: flow, format: 'curl' });
      await expect.poll(() => focused(opened)).toBe('Copy curl for Move and publish');
    }));

  test('is found beyond the rows that are drawn', () =>
    withPage(
      async (opened) => {
        await opened.tell('notCopied', {
          scope: 'https://auth.globus.org/scopes/x/scope_333',
          format: 'curl',
        });
        await expect.poll(() => focused(opened)).toBe('Copy curl for scope_333');
      },
      appView({ groups: manyGroups(400, 0) }),
    ));

  test('of another account is that account’s row', () =>
    withPage(
      async (opened) => {
        const [group] = groupsOfTwo();
        const scope = group?.scopes[0]?.scope ?? '';
        const account = ACCOUNTS[1]?.sub ?? '';
        await opened.tell('notCopied', { scope, format: 'curl', account });
        await expect.poll(() => focused(opened)).toBe('Copy curl for view_flows of grace@lab.example');
      },
      appView({ accounts: ACCOUNTS, groups: groupsOfTwo() }),
    ));

  test('of a row that is gone meanwhile says so, and moves nothing', () =>
    withPage(async (opened) => {
      await opened.page.getByRole('searchbox').focus();
      await opened.tell('notCopied', { scope: 'urn:gone', format: 'curl' });
      await opened.page.getByRole('heading', { name: 'That was not copied' }).waitFor();
      expect(await focused(opened)).toBe('Filter scopes');
    }));
});

test('a row that somebody must look at is opened and has the focus', () =>
  withPage(async (opened) => {
    await opened.tell('show', { scope: flowScope().scope });
    await expect
      .poll(() => opened.page.evaluate(() => document.activeElement?.getAttribute('aria-expanded')))
      .toBe('true');
    expect(await opened.page.locator(':focus').textContent()).toContain('Move and publish');
  }));

describe('what was copied', () => {
  const clipboard = { what: 'header for Move and publish', clearsAt: NOW + 28_000, duration: 45_000 };

  test('[C37] is cleared by x from every screen, and by the button', () =>
    withPage(async (opened) => {
      const { page } = opened;
      await page.keyboard.press('x');
      await page.getByRole('button', { name: 'Account and more' }).click();
      await page.getByRole('menuitem', { name: 'Settings' }).click();
      await page.getByRole('switch').first().waitFor();
      await page.keyboard.press('x');
      await page.getByRole('button', { name: 'Clear now' }).press('Enter');
      const cleared = (await opened.calls()).filter(({ name }) => name === 'clipboard.clear');
      expect(cleared).toHaveLength(3);
    }, appView({ clipboard })));

  test('is not cleared by an x in a text, nor when no token is in it', () =>
    withPage(async (opened) => {
      await opened.page.getByRole('searchbox').press('x');
      await opened.push(appView({ clipboard: { ...clipboard, tokenFree: true } }));
      await opened.page.getByText('No token in it', { exact: true }).waitFor();
      await opened.page.getByRole('heading', { name: 'Scopes' }).focus();
      await opened.page.keyboard.press('x');
      expect((await opened.calls()).filter(({ name }) => name === 'clipboard.clear')).toEqual([]);
    }, appView({ clipboard })));

  test('has its key in the list of keys', () =>
    withPage(async ({ page }) => {
      await page.keyboard.press('?');
      const list = page.getByRole('dialog', { name: 'Keyboard' });
      expect(await list.textContent()).toContain('Clear what was copied');
    }));

  test.each([
    ['a long name', 'header for Nightly two-stage transfer of the microscope’s pictures to tape', 400],
    ['a long name', 'header for Nightly two-stage transfer of the microscope’s pictures to tape', 180],
    ['an unbroken name', `curl for ${'x'.repeat(60)}`, 180],
    ['a name from right to left', 'curl for \u2068تشغيل التدفق الليلي\u2069', 360],
  ])('[C58] with %s keeps its seconds and its button in sight: %s at %i px', (_title, what, width) =>
    withPage(
      async ({ page }) => {
        for (const words of [
          page.getByText(/^Clears in \d\d s$/),
          page.getByRole('button', { name: 'Clear now' }),
        ]) {
          const box = await words.boundingBox();
          expect(box?.x).toBeGreaterThanOrEqual(0);
          expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
        }
        const toast = page.getByRole('region', { name: 'Clipboard' });
        expect(await toast.evaluate((node) => node.scrollWidth <= node.clientWidth)).toBe(true);
      },
      appView({ clipboard: { ...clipboard, what } }),
      { width, height: 480 },
    ),
  );
});
