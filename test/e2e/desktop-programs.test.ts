import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { startDunst, type Dunst } from '../support/dunst.ts';
import { startCopyQ, type CopyQ } from '../support/copyq.ts';
import { asked, press } from '../support/prompt-press.ts';
import { startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import type { TrayHost } from '../support/tray-host.ts';
import { closeWindows, runScript, secretsIn, signInFully } from '../support/tray-rig.ts';

/** What people run beside the app on an X11 desktop, none of it ours. */
let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;
let panel: TrayHost;
beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  if (session.tray === null) throw new Error('the session has no tray');
  panel = session.tray;
  tray = await startTrayApp(session, sandbox);
  await signInFully(session, tray);
});
afterAll(async () => {
  await tray.app.close();
  await sandbox.close();
  await session.close();
});

const clipboard = () => systemClipboard(session);
const choose = async (...labels: string[]) => panel.click(await panel.waitForItem(), labels);

/** The name of the button that Enter would press now. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

const LINK = 'https://example.org/kept';

describe('a clipboard manager that puts back what was there before (CopyQ)', () => {
  let manager: CopyQ;
  beforeAll(async () => {
    manager = await startCopyQ(session);
  });
  afterAll(() => manager.close());

  it('[C38] a copy in the window is said to be lost, its button marked', async () => {
    const { page } = tray;
    await manager.keep(LINK);
    await page.locator('[data-opener]').first().focus();
    await page.keyboard.press('h');
    await page.getByRole('heading', { name: 'That was not copied' }).waitFor();
    await expect.poll(() => focused(page)).toBe('Copy header for view_flows');
    expect(await clipboard()).toBe(LINK);
    expect(await page.getByRole('region', { name: 'Clipboard' }).count()).toBe(0);
  });

  it('[C38] a copy from the tray opens the window for it', async () => {
    await closeWindows(tray.app);
    await manager.keep(LINK);
    const opened = tray.app.waitForEvent('window');
    await choose('run_status', 'Copy header');
    const page = await opened;
    await page.getByRole('heading', { name: 'That was not copied' }).waitFor();
    await expect.poll(() => focused(page)).toBe('Copy header for run_status');
    expect(await clipboard()).toBe(LINK);
  });

  it('[C38] once it is gone that button copies, and takes the words away', async () => {
    await manager.close();
    const page = tray.app.windows()[0];
    if (page === undefined) throw new Error('the window is closed');
    await page.keyboard.press('Enter');
    await expect.poll(clipboard).toMatch(/^Authorization: Bearer \S+$/);
    await page.getByRole('heading', { name: 'That was not copied' }).waitFor({ state: 'detached' });
    await closeWindows(tray.app);
  });
});

describe('a notification server (dunst)', () => {
  let dunst: Dunst;
  beforeAll(async () => {
    dunst = await startDunst(session);
  });
  afterAll(() => dunst.close());
  afterEach(() => dunst.untilShown(0));

  it('[C37] its button clears the clipboard', async () => {
    await choose('view_flows', 'Copy header');
    await dunst.untilShown(1);
    expect(await clipboard()).toMatch(/^Authorization: Bearer/);
    await dunst.choose('Clear now');
    await expect.poll(clipboard).toBe('');
  });

  it('a press on the notification itself opens the window', async () => {
    await choose('view_flows', 'Copy header');
    await dunst.untilShown(1);
    const opened = tray.app.waitForEvent('window');
    await dunst.press();
    await (await opened).getByRole('region', { name: 'Clipboard' }).waitFor();
    await closeWindows(tray.app);
  });

  it('[C31] a question: a name that looks like markup is shown as it is, its button leads there', async () => {
    const { prompt, status } = await asked(tray.app, () => ({
      status: runScript(session, 'R&D <b>jobs.sh', 'run_status'),
    }));
    await dunst.untilShown(1);
    expect(dunst.printed()).toContain('R&amp;D &lt;b&gt;jobs.sh. It waits');
    expect(dunst.printed()).toContain('timeout: 60000');
    await tray.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur());
    const looking = () => tray.app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null);
    await expect.poll(looking).toBe(false);
    await dunst.choose('Look and answer');
    await expect.poll(looking).toBe(true);
    await press(prompt, 'once');
    expect(await status).toBe(200);
  });

  it('[C25] was shown no token', () => {
    expect(dunst.printed()).toContain('Copied header for view_flows');
    expect(secretsIn(sandbox, dunst.printed())).toBe(0);
  });
});
