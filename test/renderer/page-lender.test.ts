import { describe, expect, test } from 'vitest';
import { STATES } from '../support/fake-bridge.ts';
import { pageHost } from './page-host.ts';
import { RICH } from './places.ts';

const host = pageHost();

describe('a page that is lent again', () => {
  test('is the same page, with nothing of the test before', async () => {
    const before = await host.open(RICH, { height: 900, dark: true, answers: { 'scope.copy': 'pending' } });
    await before.page.emulateMedia({ forcedColors: 'active' });
    await before.page.keyboard.press('?');
    await before.page.getByRole('dialog').waitFor();
    await before.page.evaluate(() => {
      console.error('of the one before');
      Object.assign(window, { left: true });
      document.documentElement.dataset['left'] = '1';
    });
    expect(await before.complaints()).toEqual(['of the one before']);
    await before.close();
    await before.close();

    const after = await host.open(RICH);
    expect(after.page).toBe(before.page);
    const found = await after.page.evaluate(() => ({
      left: 'left' in window || 'left' in document.documentElement.dataset,
      height: window.innerHeight,
      media: ['(prefers-color-scheme: dark)', '(forced-colors: active)'].filter(
        (one) => matchMedia(one).matches,
      ),
      dialogs: document.querySelectorAll('[role="dialog"]').length,
      focus: document.activeElement === document.body,
      answers: Object.keys(window.trayTest.answers).includes('scope.copy'),
    }));
    expect(found).toEqual({
      left: false,
      height: 640,
      media: [],
      dialogs: 0,
      focus: true,
      answers: false,
    });
    expect(await after.calls()).not.toContainEqual(expect.objectContaining({ name: 'scope.copy' }));
    expect(await after.complaints()).toEqual([]);
    await after.close();
  });

  test('has its own view, also when it is loaded again by itself', async () => {
    const before = await host.open(RICH);
    await before.page.getByText('view_flows').first().waitFor();
    await before.close();
    const after = await host.open(STATES['first run'] ?? RICH);
    await after.page.reload();
    await after.page.getByRole('textbox', { name: 'Client ID' }).waitFor();
    await after.close();
  });

  test('is no page whose time stood still, nor one that was asked for alone', async () => {
    const stopped = await host.open(RICH);
    await stopped.page.clock.install({ time: 0 });
    await stopped.close();
    const own = await host.open(RICH, { ownPage: true });
    expect(own.page).not.toBe(stopped.page);
    await own.close();
    const next = await host.open(RICH);
    expect([stopped.page, own.page]).not.toContain(next.page);
    await next.close();
  });

  test('is lent to one at a time', async () => {
    const [one, other] = await Promise.all([host.open(RICH), host.open(RICH)]);
    expect(one.page).not.toBe(other.page);
    await Promise.all([one.close(), other.close()]);
  });
});
