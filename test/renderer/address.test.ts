import { describe, expect, test } from 'vitest';
import { ACCOUNTS, appView, STATES } from '../support/fake-bridge.ts';
import type { OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';

const host = pageHost();

const PERSON = 'ada.augusta.king.countess.of.lovelace';
const SHORT = 'ada@university.example';
const LONG = `${PERSON}@university.example`;
const LONGER = `${PERSON}@department-of-analytical-engines.university.example`;
const ARABIC = 'تشغيل.التدفق.اليومي.من.المجهر@university.example';

function signedInAs(username: string, width: number): Promise<OpenPage> {
  const accounts = ACCOUNTS.map((one) => (one.isDefault ? { ...one, username } : one));
  const account = { username, displayName: 'Ada Lovelace', initials: 'AL' };
  return host.open(appView({ account, accounts }), { width, height: width < 300 ? 320 : 640 });
}

const trigger = ({ page }: OpenPage) => page.getByRole('button', { name: /^Accounts: / });

/** How much of the parts of the address in the header is cut, in pixels. */
function cuts(opened: OpenPage): Promise<{ user: number; domain: number }> {
  return trigger(opened).evaluate((button) => {
    const cut = (part: string) => {
      const node = button.querySelector(part);
      return node === null ? 0 : Math.max(0, node.scrollWidth - node.clientWidth);
    };
    return { user: cut('.user'), domain: cut('.domain') };
  });
}

describe.each([400, 360])('[C58] in the header of a window of %i', (width) => {
  test('a usual address is whole', async () => {
    const opened = await signedInAs(SHORT, width);
    expect(await cuts(opened)).toEqual({ user: 0, domain: 0 });
    await opened.close();
  });

  test.each([LONG, ARABIC])('the institution of %s is whole: the user is cut', async (username) => {
    const opened = await signedInAs(username, width);
    const { user, domain } = await cuts(opened);
    expect(domain).toBe(0);
    expect(user).toBeGreaterThan(0);
    await opened.close();
  });

  test('of an institution that is too long its end is seen, and the first letters of the user', async () => {
    const opened = await signedInAs(LONGER, width);
    const { user, domain } = await cuts(opened);
    expect(user).toBeGreaterThan(0);
    expect(domain).toBeGreaterThan(0);
    const shown = await trigger(opened).evaluate((button) => {
      const [userBox, domainBox, words] = ['.user', '.domain', '.domain bdi'].map((part) =>
        button.querySelector(part)?.getBoundingClientRect(),
      );
      return {
        user: userBox?.width ?? 0,
        end: Math.abs((domainBox?.right ?? 0) - (words?.right ?? -9)) < 1,
        begin: (words?.left ?? 0) < (domainBox?.left ?? 0),
      };
    });
    expect(shown).toEqual({ user: expect.any(Number) as number, end: true, begin: true });
    expect(shown.user).toBeGreaterThan(25);
    await opened.close();
  });
});

test('[C58] the whole address is heard, is under the pointer, and comes by keyboard', async () => {
  const opened = await signedInAs(LONGER, 360);
  const { page } = opened;
  expect(await trigger(opened).ariaSnapshot()).toContain(`Accounts: Ada Lovelace ${LONGER}`);
  expect(await trigger(opened).locator('[title]').getAttribute('title')).toBe(LONGER);
  await trigger(opened).focus();
  await page.keyboard.press('Enter');
  const item = page.getByRole('menuitemradio', { name: LONGER });
  await item.waitFor();
  const small = item.locator('small');
  expect(await small.textContent()).toBe(LONGER);
  expect(await small.evaluate((node) => node.scrollWidth <= node.clientWidth)).toBe(true);
  await opened.close();
});

test('[C58] at a zoom of 200 % the address takes the lines that it needs', async () => {
  const opened = await signedInAs(LONGER, 180);
  const address = trigger(opened).locator('.address');
  expect((await address.innerText()).replaceAll(/\s/g, '')).toBe(LONGER);
  expect(await address.evaluate((node) => [node.scrollWidth - node.clientWidth, node.clientHeight])).toEqual([
    0,
    expect.toSatisfy((height: number) => height > 60) as number,
  ]);
  await opened.close();
});

test('[C58] the palette leaves the institution whole, and room for what a scope does', async () => {
  const accounts = ACCOUNTS.map((one) => (one.isDefault ? { ...one, username: LONG } : one));
  const account = { username: LONG, displayName: 'Ada Lovelace', initials: 'AL' };
  const view = appView({ account, accounts });
  const opened = await host.open(view, { page: 'palette', width: 560, height: 420 });
  const row = opened.page.getByRole('option', { name: 'run_status' });
  const cut = (part: string) =>
    row.locator(part).evaluate((node) => Math.max(0, node.scrollWidth - node.clientWidth));
  expect([await cut('.domain'), (await cut('.user')) > 0, (await cut('.what')) > 0]).toEqual([0, true, true]);
  expect(await row.ariaSnapshot()).toContain(LONG);
  await opened.close();
});

test('[C58] a vault that forgets says so in full', async () => {
  const opened = await host.open(STATES['in memory'] ?? appView(), { width: 360 });
  const label = opened.page.getByText('memory, gone when the app quits');
  expect(await label.evaluate((node) => node.scrollWidth <= node.clientWidth || node.clientWidth === 0)).toBe(
    true,
  );
  const [box, button] = [await label.boundingBox(), await opened.page.getByLabel('Lock now').boundingBox()];
  expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(button?.x ?? 0);
  await opened.close();
});

test('[C58] what has no institution is shown as it is', async () => {
  const opened = await signedInAs('0a0b', 360);
  expect((await trigger(opened).locator('.address').innerText()).trim()).toBe('0a0b');
  await opened.close();
});
