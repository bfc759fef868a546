import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { spawnApp } from '../support/electron-app.ts';
import { until } from '../support/processes.ts';
import { demoArguments, startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import { PALETTE, palettePage, signInFully } from '../support/tray-rig.ts';
import { pressKeys } from '../support/x11-keys.ts';

/** No tray host: the palette has to do without. */
let session: DesktopSession;
let sandbox: Sandbox;
beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession({ tray: false }), startSandbox()]);
  // The first key of a keyboard makes the X server announce its layout, and whoever reads that may miss the key.
  await pressKeys(session.display, ['Shift']);
});
afterAll(async () => {
  await sandbox.close();
  await session.close();
});

function paletteShown(app: ElectronApplication): Promise<boolean> {
  return app.evaluate(({ BrowserWindow }, url) => {
    const window = BrowserWindow.getAllWindows().find((one) => one.webContents.getURL() === url);
    return window?.isVisible() === true;
  }, PALETTE);
}

function untilShown(app: ElectronApplication, shown: boolean): Promise<true> {
  return until(shown ? 'the palette to open' : 'the palette to close', async () =>
    (await paletteShown(app)) === shown ? true : undefined,
  );
}

async function startAgain(): Promise<void> {
  const second = await spawnApp(session, { args: [...demoArguments(sandbox), '--palette'] });
  expect(await second.exited).toBe(0);
}

describe('the palette of the running app', () => {
  let tray: TrayApp;
  let page: Page;
  beforeAll(async () => {
    tray = await startTrayApp(session, sandbox);
    await signInFully(session, tray);
    await startAgain();
    page = await palettePage(tray.app);
    await untilShown(tray.app, true);
  });
  afterAll(() => tray.close());

  it('opens for a second start with --palette, in the upper third and on top', async () => {
    const [bounds, onTop] = await tray.app.evaluate(({ BrowserWindow }, url) => {
      const window = BrowserWindow.getAllWindows().find((one) => one.webContents.getURL() === url);
      return [window?.getBounds(), window?.isAlwaysOnTop()] as const;
    }, PALETTE);
    expect(bounds).toMatchObject({ x: 360, y: 144, width: 560 });
    const content = await page.evaluate(() => document.querySelector('main')?.getBoundingClientRect().height);
    expect(bounds?.height).toBe(Math.ceil(content ?? 0));
    expect(onTop).toBe(true);
  });

  it('types, copies curl by Enter, says so and is gone; the next time it is empty, the copied first', async () => {
    await page.keyboard.type('run_st');
    await page.getByRole('option', { name: /run_status/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Copied curl for run_status').waitFor();
    expect(await systemClipboard(session)).toMatch(/^curl [^]*Authorization: Bearer /);
    await untilShown(tray.app, false);
    await startAgain();
    await untilShown(tray.app, true);
    await until('a new start', async () =>
      (await page.getByRole('combobox').inputValue()) === '' ? true : undefined,
    );
    await expect.poll(() => page.getByRole('option').first().textContent()).toContain('run_status');
  });

  it('copies a curl that asks the broker by Ctrl+Enter: no token in it', async () => {
    if (!(await paletteShown(tray.app))) await startAgain();
    await untilShown(tray.app, true);
    await page.keyboard.type('view_flows');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Copied broker curl for view_flows').waitFor();
    const copied = await systemClipboard(session);
    expect(copied).toContain('--unix-socket');
    expect(copied).not.toContain('Bearer');
    await untilShown(tray.app, false);
  });

  it('opens and closes by its keys, whoever has the focus; Escape closes it', async () => {
    await untilShown(tray.app, false);
    await pressKeys(session.display, ['Control', 'Shift', 'G']);
    await untilShown(tray.app, true);
    await pressKeys(session.display, ['Control', 'Shift', 'G']);
    await untilShown(tray.app, false);
    await pressKeys(session.display, ['Control', 'Shift', 'G']);
    await untilShown(tray.app, true);
    await page.keyboard.press('Escape');
    await untilShown(tray.app, false);
  });

  it('[C44] its page can look, copy, try and go, and nothing else', async () => {
    const refused = await page.evaluate(async () => {
      const tries: [Parameters<typeof window.tray.call>[0], unknown][] = [
        ['signOut', null],
        ['session.unlock', null],
        ['scope.remove', { scope: 'x' }],
        ['settings.set', { clearAfterSeconds: 600 }],
        ['palette.setKeys', { keys: null }],
        ['approvals.denyAll', { on: false }],
        ['audit.list', { limit: 1 }],
        ['account.add', { way: 'browser' }],
        ['setup.vault', { backend: 'memory' }],
      ];
      return Promise.all(
        tries.map(([name, request]) =>
          window.tray.call(name, request as never).then(
            () => `${name} was let in`,
            (error: unknown) => String(error),
          ),
        ),
      );
    });
    expect(refused).toHaveLength(9);
    for (const text of refused) expect(text).toMatch(/: sender$/);
  });

  it('[C41] runs sandboxed, isolated and without Node, in the session of the window', async () => {
    expect(
      await page.evaluate(() => ['require', 'process', 'Buffer'].filter((name) => name in window)),
    ).toEqual([]);
  });
});

describe('the first start with --palette, without a tray', () => {
  it('opens the palette and no window; tries a call and copies', async () => {
    const tray = await startTrayApp(session, sandbox, { args: ['--palette'] });
    const { app, page } = tray;
    expect(page.url()).toBe(PALETTE);
    await untilShown(app, true);
    await page.getByRole('option', { name: /view_flows/ }).waitFor();
    await page.keyboard.type('view_flows');
    await page.keyboard.press('Alt+Enter');
    await page.getByText(/: 200 in \d+ ms$/).waitFor();
    await page.keyboard.press('Shift+Enter');
    await page.getByText('Copied header for view_flows').waitFor();
    expect(await systemClipboard(session)).toMatch(/^Authorization: Bearer /);
    await untilShown(app, false);
    expect(app.windows()).toHaveLength(1);
    await tray.close();
  });
});
