import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ElectronApplication, Page } from 'playwright-core';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { launchApp, spawnApp } from '../support/electron-app.ts';
import { browserScript, demoArguments, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import { signInFully } from '../support/tray-rig.ts';
import { startVnc, type VncDesktop, type VncViewer } from '../support/vnc-desktop.ts';

const SOON = { timeout: 10_000 };

describe('on a desktop over VNC', { sequential: true }, () => {
  let session: DesktopSession;
  let sandbox: Sandbox;
  let vnc: VncDesktop;
  let viewer: VncViewer;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
    vnc = await startVnc(session);
    viewer = await vnc.view();
    app = await launchApp(session, {
      args: demoArguments(sandbox),
      env: { GLOBUS_TOKEN_TRAY_BROWSER: await browserScript(session), DISPLAY: vnc.display },
    });
    page = await app.firstWindow();
    await signInFully(session, { page } as TrayApp);
  });
  afterAll(async () => {
    viewer.close();
    await app.close();
    await sandbox.close();
    await session.close();
  });

  const toast = () => page.getByRole('region', { name: 'Clipboard' });

  it('[C37] what was copied and cleared stays on no clipboard of the machine where the viewer is', async () => {
    await page.locator('[data-opener]').first().focus();
    await page.keyboard.press('h');
    await expect.poll(() => viewer.texts.at(-1), SOON).toMatch(/^Authorization: Bearer \S+$/);
    await toast().waitFor();
    await page.keyboard.press('x');
    await expect.poll(() => viewer.texts.at(-1), SOON).toBe(' ');
    const there = { ...session, env: { ...session.env, DISPLAY: vnc.display } };
    await expect.poll(() => systemClipboard(there), SOON).toBe(' ');
    await toast().waitFor({ state: 'detached' });
  });

  it('[C56] a second start on another desktop of the same person says where the first is', async () => {
    const second = await spawnApp(session, { args: demoArguments(sandbox) });
    await expect.poll(() => second.output(), SOON).toContain(`Its window is on display ${vnc.display} of`);
    await second.close();
    expect(app.windows()).toHaveLength(1);
  });

  it('[C37] goes from there when the app is locked, too', async () => {
    await page.locator('[data-opener]').first().focus();
    await page.keyboard.press('h');
    await expect.poll(() => viewer.texts.at(-1), SOON).toMatch(/^Authorization: Bearer \S+$/);
    await toast().waitFor();
    await page.getByRole('button', { name: 'Lock now' }).click();
    await expect.poll(() => viewer.texts.at(-1), SOON).toBe(' ');
    await page.getByRole('button', { name: 'Unlock' }).click();
  });
});
