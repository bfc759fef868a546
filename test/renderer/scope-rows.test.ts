import { describe, expect, test } from 'vitest';
import {
  ACCOUNTS,
  appView,
  BROKER,
  everyState,
  groupsOf,
  LOG,
  manyGroups,
  NOW,
  scopes,
  STATES,
} from '../support/fake-bridge.ts';
import type { AppView } from '../../preload/contract.ts';
import type { OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { stopClock } from './stop-clock.ts';

const host = pageHost();

const VIEW = appView({ broker: BROKER });
const TWO = STATES['two accounts'] ?? VIEW;
const [FIRST = '', SECOND = ''] = scopes().map(({ scope }) => scope);
const GRACE = ACCOUNTS[1]?.sub ?? '';

const withPage = (
  run: (opened: OpenPage) => Promise<void>,
  answers: OpenOptions['answers'] = {},
  view = VIEW,
) => host.with(view, { answers }, run);

const focusedRow = ({ page }: OpenPage) =>
  page.evaluate(() => document.activeElement?.closest('[data-scope]')?.getAttribute('data-scope') ?? null);

/** Time goes on by hand alone. */
const pause = ({ page }: OpenPage): Promise<void> => stopClock(page, 100_000);

describe('a removal', () => {
  const without = appView({ broker: BROKER, groups: groupsOf(scopes().slice(1)) });

  test('[C58] by key is said, leaves the focus on the next row, and z takes it back', () =>
    withPage(async (opened) => {
      const { page, push, calls } = opened;
      await page.locator('[data-opener]').first().focus();
      await page.keyboard.press('Delete');
      await page.getByRole('status').getByText('Removed view_flows').waitFor();
      await push(without);
      await expect.poll(() => focusedRow(opened)).toBe(SECOND);
      await page.keyboard.press('z');
      await page.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
      await push(VIEW);
      await expect.poll(() => focusedRow(opened)).toBe(FIRST);
      expect(await calls()).toEqual([
        { name: 'scope.remove', request: { scope: FIRST } },
        { name: 'scope.restore', request: { scope: FIRST } },
      ]);
      // There is nothing left to take back.
      await page.keyboard.press('Control+z');
      expect((await calls()).length).toBe(2);
    }));

  test('from the detail can be taken back with a press; Ctrl+Z in a field stays the field’s', () =>
    withPage(async (opened) => {
      const { page, push, calls } = opened;
      await page.getByRole('button', { name: /^view_flows/ }).click();
      await page.getByRole('button', { name: 'Take view_flows off the list' }).click();
      await push(without);
      await page.getByRole('searchbox').fill('run');
      await page.keyboard.press('Control+z');
      expect((await calls()).length).toBe(1);
      await page.getByRole('button', { name: 'Undo' }).click();
      await push(VIEW);
      await expect.poll(() => focusedRow(opened)).toBe(FIRST);
      expect((await calls()).at(-1)).toEqual({ name: 'scope.restore', request: { scope: FIRST } });
    }));
});

describe('the history of a scope', () => {
  test('is read when somebody looks, again with each news, and not once it is closed', () =>
    withPage(
      async ({ page, push, answer, calls }) => {
        await page.getByRole('button', { name: /^view_flows/ }).click();
        expect(await calls()).toEqual([]);
        await page.getByText('History', { exact: true }).click();
        const lines = page.getByRole('list', { name: 'History of view_flows, newest first' });
        expect(await lines.getByRole('listitem').allInnerTexts()).toEqual([
          expect.stringMatching(/^Copied\s+\S+\s+by you, in the app$/),
          expect.stringMatching(/^Token given\s+\S+\s+~\/jobs\/watch-runs.sh · a rule allows it$/),
          expect.stringMatching(/^Refused\s+\S+\s+~\/jobs\/other.sh · you denied it$/),
          expect.stringMatching(/^Header given\s+\S+\s+….*deep\/tool · you allowed it$/),
          expect.stringMatching(/^Token given\s[^~]*09:00\s+~\/jobs\/watch-runs.sh · you allowed it$/),
        ]);
        expect(await calls()).toEqual([{ name: 'audit.list', request: { limit: 10, scope: FIRST } }]);
        await answer({ 'audit.list': { ok: true, value: LOG.slice(0, 1) } });
        await push(appView({ broker: { ...BROKER, programsToday: 4 } }));
        await expect.poll(() => lines.getByRole('listitem').count()).toBe(1);
        const closed = page.evaluate(
          () =>
            new Promise((resolve) => {
              document.querySelector('details[open]')?.addEventListener('toggle', () => resolve(null));
            }),
        );
        await page.getByText('History', { exact: true }).click();
        await closed;
        await push(VIEW);
        expect((await calls()).length).toBe(2);
      },
      { 'audit.list': { ok: true, value: LOG } },
    ));

  test('says when there is none, names the account among several, and says what went wrong in place', () =>
    withPage(
      async ({ page, push, answer }) => {
        await page
          .getByRole('button', { name: /^view_flows/ })
          .first()
          .click();
        await page.getByText('History', { exact: true }).click();
        await page.getByText(/^Nothing yet/).waitFor();
        await answer({ 'audit.list': { ok: true, value: LOG.slice(0, 1) } });
        await push({ ...TWO, now: NOW + 1 });
        await page.getByText('by you, in the app · ada@university.example').waitFor();
      },
      { 'audit.list': { ok: true, value: [] } },
      TWO,
    ));
});

describe('[C13] rows of another account', () => {
  test('stand under its name and act for it', () =>
    withPage(
      async ({ page, calls }) => {
        const hers = page.getByRole('list', { name: 'Flows service grace@lab.example' });
        expect(await hers.getByRole('listitem').count()).toBe(3);
        await page.getByRole('button', { name: 'Copy curl for view_flows of grace@lab.example' }).focus();
        await page.keyboard.press('Enter');
        await page.keyboard.press('h');
        await page.keyboard.press('r');
        await page.keyboard.press('t');
        await page.getByRole('region', { name: 'Test call of List my flows' }).waitFor();
        const detail = page.getByRole('group', { name: 'view_flows of grace@lab.example in detail' });
        expect(await detail.getByRole('button', { name: /off the list|its own/ }).count()).toBe(0);
        await detail.getByRole('button', { name: /^Sign out/ }).click();
        await detail.getByRole('button', { name: /^Really sign out/ }).click();
        const account = GRACE;
        expect((await calls()).filter(({ name }) => name !== 'snippet.preview')).toEqual([
          { name: 'scope.copy', request: { scope: FIRST, format: 'curl', recipe: 'list-flows', account } },
          { name: 'scope.copy', request: { scope: FIRST, format: 'header', account } },
          { name: 'scope.renew', request: { scope: FIRST, account } },
          { name: 'call.run', request: { scope: FIRST, recipe: 'list-flows', values: {}, account } },
          { name: 'scope.signOut', request: { scope: FIRST, account } },
        ]);
        await expect
          .poll(async () => (await calls()).find(({ name }) => name === 'snippet.preview')?.request)
          .toMatchObject({ account });
      },
      {
        'snippet.preview': { ok: true, value: { text: 'drawn for grace' } },
        'scope.signOut': { ok: true, value: { revoked: true } },
        'call.run': 'pending',
      },
      TWO,
    ));

  test('are open one at a time, apart from the same scope of the default account', () =>
    withPage(
      async ({ page }) => {
        await page
          .getByRole('button', { name: /^view_flows/ })
          .first()
          .click();
        await page.getByRole('button', { name: /^view_flows.*of grace/ }).click();
        expect(await page.locator('[aria-expanded="true"]').count()).toBe(1);
        expect(await page.getByRole('group', { name: /in detail$/ }).getAttribute('aria-label')).toMatch(
          /grace/,
        );
      },
      { 'snippet.preview': { ok: true, value: { text: 'drawn for grace' } } },
      TWO,
    ));

  test.each([
    ['grace', 3],
    ['ada@', 6],
    ['grace view', 1],
  ])('are found by the account: %j shows %d', (text, count) =>
    withPage(
      async ({ page }) => {
        await page.getByRole('searchbox').fill(text);
        await expect.poll(() => page.locator('[data-scope]').count()).toBe(count);
      },
      {},
      TWO,
    ),
  );
});

describe('what takes long', () => {
  test.each([
    ['a copy', 'scope.copy', 'c', 'Copying view_flows'],
    ['a renewal', 'scope.renew', 'r', 'Renewing view_flows'],
    ['a test call', 'call.run', 't', 'Calling GET /flows'],
  ] as const)('%s says so after 300 ms and not before', (_what, name, key, words) =>
    withPage(
      async (opened) => {
        const { page } = opened;
        await page.getByRole('button', { name: /^view_flows/ }).click();
        await pause(opened);
        await page.keyboard.press(key);
        const said = page.getByRole('status').getByText(words);
        await page.clock.runFor(299);
        expect(await said.count()).toBe(0);
        await page.clock.runFor(2);
        await said.waitFor();
      },
      { [name]: 'pending' },
    ),
  );

  test('what is quick says nothing', () =>
    withPage(async (opened) => {
      const { page, calls } = opened;
      await pause(opened);
      await page.keyboard.press('c');
      await expect.poll(async () => (await calls()).length).toBe(1);
      await page.clock.runFor(1_000);
      expect(await page.getByText('Copying view_flows').count()).toBe(0);
    }));

  test('a test call can be cancelled, in main too, and run again', () =>
    withPage(
      async ({ page, answer, calls }) => {
        await page.locator('[data-opener]').first().focus();
        await page.keyboard.press('t');
        const call = page.getByRole('region', { name: 'Test call of List my flows' });
        await call.getByRole('button', { name: 'Cancel' }).click();
        await call.getByText(/^Cancelled\./).waitFor();
        expect((await calls()).map(({ name, request }) => [name, request])).toEqual([
          ['call.run', { scope: FIRST, recipe: 'list-flows', values: {} }],
          ['call.cancel', { call: 'call.run', scope: FIRST, recipe: 'list-flows' }],
        ]);
        await answer({ 'call.run': 'pending' });
        await page.getByRole('button', { name: 'Test call: List my flows' }).click();
        await call.getByRole('button', { name: 'Cancel' }).waitFor();
      },
      { 'call.run': 'pending' },
    ));
});

/** Everybody is signed in for everything. */
function manyAccounts(): AppView {
  const groups = manyGroups(450, 50).map((group) => ({
    ...group,
    others: Array.from({ length: 9 }, (_, index) => ({
      sub: `sub-${index}`,
      username: `user${index}@example.org`,
      tokens: [
        {
          rows: group.scopes.map((_scope, row) => row),
          allows: group.scopes.slice(0, 30).map(({ name }) => name),
          state: 'ready' as const,
          isolated: false,
          expiresAt: NOW + 3_600_000,
          lifetime: 7_200_000,
          forecast: { tokenEndsAt: NOW + 3_600_000, grantEndsAt: null, policyEndsAt: null },
        },
      ],
    })),
  }));
  return appView({ accounts: ACCOUNTS, groups });
}

test('[C57] 500 scopes of 10 accounts are one portion on the page, and a key in the filter is quick', () =>
  withPage(
    async ({ page }) => {
      expect(await page.locator('[data-scope]').count()).toBeLessThan(150);
      const field = page.getByRole('searchbox', { name: 'Filter scopes' });
      const { shown, milliseconds } = await field.evaluate(async (node: HTMLInputElement) => {
        const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(null)));
        const begin = performance.now();
        node.value = 'user7 scope_449';
        node.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await frame();
        await frame();
        return {
          milliseconds: performance.now() - begin,
          shown: document.querySelectorAll('[data-scope]').length,
        };
      });
      expect(shown).toBe(1);
      if (process.env['SHOW_MEASURES'] === '1') process.stdout.write(`filter: ${milliseconds} ms\n`);
      // The bound is for a machine that many tests share.
      expect(milliseconds).toBeLessThan(2_000);
    },
    {},
    manyAccounts(),
  ));

test('time left is text and bar: the bar is as long as the share that is left, and no row has one alone', () =>
  withPage(
    async ({ page }) => {
      // The nine hours have begun once a moment has passed.
      await page.getByText('8 h 59 min').first().waitFor();
      const rows = await page.locator('[data-scope]').evaluateAll((items) =>
        items.map((item) => ({
          text: item.querySelector('.right')?.textContent?.trim() ?? '',
          bar: Number(item.querySelector('.right svg rect:last-child')?.getAttribute('width') ?? 0),
        })),
      );
      expect(rows.map(({ text }) => text)).toEqual([
        '45 h 12 min',
        '3 min',
        'renewing',
        '8 h 59 min',
        '',
        '',
      ]);
      expect(rows.map(({ bar }) => bar)).toEqual([53, 2, 53, 10, 0, 0]);
    },
    {},
    appView({ groups: groupsOf(everyState()) }),
  ));

test('[C58] s signs in for a row that needs it, and means nothing on one that does not', () =>
  withPage(
    async ({ page }) => {
      const openers = page.locator('[data-opener]');
      await openers.first().focus();
      await page.keyboard.press('s');
      expect(await page.getByRole('heading', { name: 'Scopes' }).count()).toBe(1);
      await openers.nth(4).focus();
      await page.keyboard.press('s');
      await page.getByRole('checkbox', { name: 'run_manage' }).waitFor();
    },
    {},
    appView({ groups: groupsOf(everyState()) }),
  ));
