import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { autostarted, pagesOf } from '../support/autostarted.ts';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { until } from '../support/processes.ts';
import { settled } from '../support/settled.ts';
import { demoArguments, startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import type { TrayHost } from '../support/tray-host.ts';
import { brokerListens, call, closeWindows, signInFully } from '../support/tray-rig.ts';
import { openX11, type X11 } from '../support/x11.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The virtual screen has no panel: the window's first corner is above, at the right, with room for a title bar. */
const CORNER = { x: 872, y: 45, width: 400, height: 640 };

let session: DesktopSession;
let sandbox: Sandbox;
let host: TrayHost;
let x11: X11;
beforeEach(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  if (session.tray === null) throw new Error('the session has no tray');
  host = session.tray;
  x11 = await openX11(session.display);
});
afterEach(async () => {
  x11.close();
  await sandbox.close();
  await session.close();
});

async function settingsOf(): Promise<Record<string, unknown>> {
  const path = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', 'settings.json');
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}

function boundsOf({ app }: TrayApp): Promise<Bounds | null> {
  return app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find((one) => one.isVisible());
    return window?.getBounds() ?? null;
  });
}

/** As a hand does, or a window manager for it. */
async function drag({ app }: TrayApp, to: Partial<Bounds>): Promise<void> {
  await app.evaluate(({ BrowserWindow }, bounds) => {
    const window = BrowserWindow.getAllWindows()[0];
    window?.setBounds({ ...window.getBounds(), ...bounds });
  }, to);
}

/** Until the window has come to rest where the app told it to be. */
async function shown(app: TrayApp): Promise<Bounds> {
  return until('the window', async () => (await boundsOf(app)) ?? undefined);
}

describe('the window', () => {
  it('opens in the corner, is remembered where it was put, and is there again after a restart', async () => {
    const first = await startTrayApp(session, sandbox);
    expect(await shown(first)).toEqual(CORNER);
    const moved = { x: 100, y: 150, width: 520, height: 700 };
    await settled(first.app);
    await drag(first, moved);
    await until('the place in the settings', async () =>
      (await settingsOf())['windowBounds'] === null ? undefined : true,
    );
    expect((await settingsOf())['windowBounds']).toEqual(moved);
    await first.close();

    const second = await startTrayApp(session, sandbox);
    expect(await shown(second)).toEqual(moved);
    await second.close();
  });

  it('opens where it was left for a click on the tray, wherever Electron believes the pointer to be', async () => {
    const tray = await startTrayApp(session, sandbox);
    await shown(tray);
    await settled(tray.app);
    await drag(tray, { x: 40, y: 60, width: 450 });
    // Closed at once: the last move counts all the same.
    await closeWindows(tray.app);
    x11.movePointer(500, 890);
    await host.activate(await host.waitForItem());
    expect(await shown(tray)).toEqual({ x: 40, y: 60, width: 450, height: 640 });
    await closeWindows(tray.app);
    expect((await settingsOf())['windowBounds']).toEqual({ x: 40, y: 60, width: 450, height: 640 });
    await tray.close();
  });
});

describe('a click on the icon', () => {
  it('opens the window, closes it when the user is in it, and opens it again', async () => {
    const tray = await startTrayApp(session, sandbox);
    const item = await host.waitForItem();
    await shown(tray);
    await settled(tray.app);
    const inIt = () => tray.app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null);
    await expect.poll(inIt).toBe(true);
    await host.activate(item);
    await expect.poll(() => boundsOf(tray)).toBeNull();
    await host.activate(item);
    await shown(tray);
    await tray.close();
  });
});

describe('starting with the session', () => {
  it('the entry that the app writes starts it hidden, with an icon in the tray and no window', async () => {
    const windows: number[] = [];
    const window = x11.nextWindow().then((found) => windows.push(found));
    // Where nothing starts at all, that is what fails.
    window.catch(() => undefined);
    const started = await autostarted(session, demoArguments(sandbox));
    expect(started.entries).toEqual(['globus-token-tray.desktop']);
    const item = await host.waitForItem();
    expect(await started.said()).toBe('--hidden\n');
    // The icon comes before the app behind it.
    await host.waitUntil(async () => !/starting/i.test(await host.tooltip(item)));
    await brokerListens(session);
    expect(await pagesOf(session)).toBe(0);
    expect(windows).toEqual([]);

    // The same app, not a second one, opens its window when it is asked to.
    await host.activate(item);
    await window;
    await host.click(item, ['Quit']);
    await host.waitUntil(() => Promise.resolve(host.items().length === 0));
  });
});

describe('the settings screen', () => {
  it('keeps what is chosen, says what this start cannot have, and takes keys by pressing them', async () => {
    const tray = await startTrayApp(session, sandbox);
    await signInFully(session, tray);
    const { page } = tray;
    await page.getByRole('button', { name: 'Account and more' }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).click();
    const autostart = page.getByRole('switch', { name: 'Start with the session' });
    await page.getByText('The demo is started by its command alone.').waitFor();
    expect(await autostart.getAttribute('aria-disabled')).toBe('true');

    const onQuit = page.getByRole('switch', { name: 'Clear it when the app quits' });
    await onQuit.click();
    await expect.poll(() => onQuit.getAttribute('aria-checked')).toBe('false');
    const letters = page.getByRole('switch', { name: 'Single-letter keys' });
    await letters.click();
    await expect.poll(() => letters.getAttribute('aria-checked')).toBe('false');
    // It was main that said so: the page goes by that, and names the key no more.
    await page.keyboard.press('?');
    const keys = page.getByRole('button', { name: 'Keys', exact: true });
    expect([await page.getByRole('dialog').count(), await keys.textContent()]).toEqual([0, 'Keys ']);
    await page.getByRole('button', { name: 'Change keys…' }).press('Enter');
    await page.keyboard.press('Control+Alt+j');
    await page.getByText('Keys: Ctrl Alt J').waitFor();
    expect(await settingsOf()).toMatchObject({
      clearOnQuit: false,
      letterKeys: false,
      paletteKeys: 'CommandOrControl+Alt+J',
    });
    const registered = await tray.app.evaluate(({ globalShortcut }) =>
      ['CommandOrControl+Alt+J', 'CommandOrControl+Shift+G'].map((keys) => globalShortcut.isRegistered(keys)),
    );
    expect(registered).toEqual([true, false]);
    await tray.close();
  });
});

describe('the clipboard', () => {
  it.each([
    ['is cleared', true],
    ['keeps the copy, where the settings say so', false],
  ])(
    '[C37] %s when the app quits, for as long as the app is there to give it',
    async (_what, clearOnQuit) => {
      const tray = await startTrayApp(session, sandbox);
      await signInFully(session, tray);
      await call(tray, 'settings.set', { clearOnQuit });
      const item = await host.waitForItem();
      await host.click(item, ['view_flows', 'Copy header']);
      await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer/);
      const copied = await systemClipboard(session);
      // An X program takes what it offers along: the app is held at its very end, and the clipboard asked there.
      await tray.app.evaluate(({ app }) => {
        app.once('will-quit', (event) => {
          event.preventDefault();
          Object.assign(globalThis, { leaving: true });
        });
      });
      await host.click(item, ['Quit']);
      const leaving = () => tray.app.evaluate(() => 'leaving' in globalThis);
      await expect.poll(leaving).toBe(true);
      expect(await systemClipboard(session)).toBe(clearOnQuit ? '' : copied);
      await tray.kill();
      // No clipboard manager runs in this session.
      expect(await systemClipboard(session)).toBe('');
    },
  );

  it('[C38] that takes nothing from the tray opens the window at the button that copies it again', async () => {
    const tray = await startTrayApp(session, sandbox);
    await signInFully(session, tray);
    await closeWindows(tray.app);
    // Everything is real but the clipboard, which is as deaf as Wayland's can be to a hidden program.
    await tray.app.evaluate(({ clipboard }) => {
      const heard = globalThis as { writeText?: unknown };
      heard.writeText = clipboard.writeText.bind(clipboard);
      clipboard.writeText = () => Promise.resolve();
    });
    const opened = tray.app.waitForEvent('window');
    await host.click(await host.waitForItem(), ['view_flows', 'Copy header']);
    const page = await opened;
    const button = page.getByRole('button', { name: 'Copy header for view_flows' });
    await expect.poll(() => button.evaluate((node) => node === document.activeElement)).toBe(true);
    await page.getByRole('heading', { name: 'That was not copied' }).waitFor();
    expect(await systemClipboard(session)).not.toContain('Bearer');

    // The window is in front now, the clipboard listens: Enter copies.
    await tray.app.evaluate(({ clipboard }) => {
      const { writeText } = globalThis as { writeText?: typeof clipboard.writeText };
      if (writeText !== undefined) clipboard.writeText = writeText;
    });
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Clipboard' }).getByText('header for view_flows').waitFor();
    expect(await systemClipboard(session)).toMatch(/^Authorization: Bearer \S+$/);

    // And one key takes it off again.
    await page.keyboard.press('x');
    await expect.poll(() => systemClipboard(session)).toBe('');
    await tray.close();
  });
});
