import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { startClipboardManager } from '../support/clipboard-manager.ts';
import { launchApp, spawnApp } from '../support/electron-app.ts';
import { PortalDesktop } from '../support/portal-desktop.ts';
import { asked, press } from '../support/prompt-press.ts';
import { browserScript, demoArguments, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import type { TrayHost, TrayItem } from '../support/tray-host.ts';
import { closeWindows, runScript, secretsIn, signInFully } from '../support/tray-rig.ts';
import { ON_WAYLAND, startWaylandSession, type WaylandSession } from '../support/wayland-session.ts';

/** Three programs and a compositor have a part in every step, on machines that are busy. */
const SOON = { timeout: 10_000 };
const WINDOW = 'Globus Token Tray';
const PALETTE = 'Globus Token Tray search';

describe('on a desktop that is Wayland alone', { sequential: true }, () => {
  let session: WaylandSession;
  let sandbox: Sandbox;
  let app: ElectronApplication;
  let page: Page;
  let host: TrayHost;
  let item: TrayItem;

  beforeAll(async () => {
    [session, sandbox] = await Promise.all([startWaylandSession(), startSandbox()]);
    app = await launchApp(session, {
      args: [ON_WAYLAND, ...demoArguments(sandbox), '--hidden'],
      // The X server for older programs, which nothing of this app draws on.
      env: { GLOBUS_TOKEN_TRAY_BROWSER: await browserScript(session), DISPLAY: session.display },
    });
    if (session.tray === null) throw new Error('the session has no tray');
    host = session.tray;
    item = await host.waitForItem();
  });
  afterAll(async () => {
    await app.close();
    await sandbox.close();
    await session.close();
  });

  const clipboard = () => session.run('wl-paste', '--no-newline').catch(() => '');
  const startAgain = async (...args: string[]) => {
    const second = await spawnApp(session, { args: [ON_WAYLAND, ...demoArguments(sandbox), ...args] });
    expect(await second.exited).toBe(0);
  };

  it('opens the palette for a second start, before any window of its own was seen', async () => {
    await startAgain('--palette');
    await expect.poll(session.windows, SOON).toEqual([`*${PALETTE}`]);
    await session.press('Escape');
    await expect.poll(session.windows, SOON).toEqual([]);
  });

  it('[C56] started with its icon alone; the menu opens the window, which the screen shows', async () => {
    expect(await session.windows()).toEqual([]);
    const opened = app.waitForEvent('window');
    await host.waitUntil(async () => (await host.tooltip(item)).includes('not signed in'));
    await host.click(item, ['Open Globus Token Tray']);
    page = await opened;
    await expect.poll(session.windows, SOON).toEqual([`*${WINDOW}`]);
    await expect.poll(session.white, SOON).toBeGreaterThan(0.5);
    await signInFully(session, { page } as TrayApp);
  });

  it('[C37] [C38] copies by a key of the keyboard, and clears without having it, also what a desktop kept', async () => {
    await page.locator('[data-opener]').first().focus();
    await session.press('h');
    await expect.poll(clipboard, SOON).toMatch(/^Authorization: Bearer \S+$/);
    // GNOME has kept it, and gives it to X clients, too; sway does neither.
    const keeper = await startClipboardManager(session.display, { keeps: true });
    const kept = () => systemClipboard({ ...session, env: { ...session.env, DISPLAY: session.display } });
    keeper.offer(await clipboard());
    await expect.poll(kept, SOON).toContain('Bearer');
    await closeWindows(app);
    await host.waitUntil(async () =>
      (await host.menu(item)).children.some(
        ({ label }) => label === 'Clear clipboard (header for view_flows)',
      ),
    );
    await host.click(item, ['Clear clipboard (header for view_flows)']);
    await expect.poll(clipboard, SOON).toBe('');
    await expect.poll(kept, SOON).toBe('');
    keeper.close();
  });

  it('[C38] says that a copy from the tray was not taken, with the finger on the button that copies', async () => {
    const opened = app.waitForEvent('window');
    await host.click(item, ['view_flows', 'Copy header']);
    page = await opened;
    await page.getByRole('heading', { name: 'That was not copied' }).waitFor();
    expect(await clipboard()).toBe('');
    await expect.poll(session.windows, SOON).toEqual([`*${WINDOW}`]);
    await page.locator('button:focus', { hasText: 'Copy header' }).waitFor();
    await session.press('Return');
    await expect.poll(clipboard, SOON).toMatch(/^Authorization: Bearer \S+$/);
  });

  it('names the command for the palette, which a second start opens over the others', async () => {
    await page.getByRole('button', { name: 'Account and more' }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).click();
    await page.getByText('globus-token-tray --palette').waitFor();
    await startAgain('--palette');
    await expect.poll(session.windows, SOON).toContain(`*${PALETTE}`);
    await session.press('Escape');
    await expect.poll(session.windows, SOON).toEqual([`*${WINDOW}`]);
  });

  it('asks a desktop for the palette’s keys where that gives any, and opens it by them', async () => {
    const desktop = await PortalDesktop.open('gnome', session.busAddress.replace('unix:path=', ''));
    try {
      const ask = page.getByRole('button', { name: 'Ask the desktop for keys…' });
      await expect
        .poll(async () => {
          // As when a person comes back from elsewhere: the page asks again what the system has.
          await page.evaluate(() => window.dispatchEvent(new Event('focus')));
          return ask.count();
        }, SOON)
        .toBe(1);
      await ask.click();
      await desktop.question();
      desktop.answer('Press <Control><Alt>g');
      await page.getByText('Keys: Ctrl Alt G').waitFor();
      // Once more soon after: a window that was hidden and comes back ends sway 1.7.
      for (let round = 0; round < 2; round += 1) {
        desktop.press();
        await expect.poll(session.windows, SOON).toContain(`*${PALETTE}`);
        desktop.press();
        await expect.poll(session.windows, SOON).toEqual([`*${WINDOW}`]);
      }
    } finally {
      await desktop.close();
    }
  });

  it('[C56] comes to where the person is by a second start', async () => {
    await session.run('swaymsg', 'workspace', '2');
    await startAgain();
    await expect.poll(session.windows, SOON).toEqual([`*${WINDOW}`]);
  });

  it('[C35] asks in a window, and by a notification without a token', async () => {
    const { prompt, status } = await asked(app, () => ({
      status: runScript(session, 'ask.sh', 'view_flows'),
    }));
    const shown = () => session.run('makoctl', 'list');
    await expect.poll(shown, SOON).toContain('view_flows');
    expect(secretsIn(sandbox, await shown())).toBe(0);
    await expect.poll(session.windows, SOON).toContain('*Globus Token Tray asks');
    await press(prompt, 'once');
    expect(await status).toBe(200);
  });
});
