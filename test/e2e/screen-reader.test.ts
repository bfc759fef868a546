import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { launchApp } from '../support/electron-app.ts';
import { asked, press } from '../support/prompt-press.ts';
import { type ScreenReader, startScreenReader, TOLD_TO_ALL } from '../support/screen-reader.ts';
import { browserScript, demoArguments, type TrayApp } from '../support/tray-app.ts';
import { runScript, signInFully } from '../support/tray-rig.ts';

const SOON = { timeout: 10_000 };

describe('[C58] a screen reader', { sequential: true }, () => {
  let session: DesktopSession;
  let sandbox: Sandbox;
  let reader: ScreenReader;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
    reader = await startScreenReader(session);
    app = await launchApp(
      { ...session, env: reader.env },
      {
        args: [TOLD_TO_ALL, ...demoArguments(sandbox)],
        env: { GLOBUS_TOKEN_TRAY_BROWSER: await browserScript(session) },
      },
    );
    page = await app.firstWindow();
    await signInFully(session, { page } as TrayApp);
  });
  afterAll(async () => {
    await app.close();
    await reader.close();
    await sandbox.close();
    await session.close();
  });

  const hears = (words: string) => expect.poll(() => reader.heard.join('\n'), SOON).toContain(words);

  it('is told of the sign-in, and of a copy, and not of its seconds', async () => {
    await hears('text: Signed in.');
    await page.locator('[data-opener]').first().focus();
    await hears('focus: push button view_flows View flows');
    await page.keyboard.press('h');
    await hears('text: Copied header for view_flows, clears in 45 seconds.');
  });

  it('is with Unlock after Lock now, and hears of both', async () => {
    await page.getByRole('button', { name: 'Lock now' }).press('Enter');
    await hears('focus: push button Unlock');
    await hears('text: Locked.');
    await page.keyboard.press('Enter');
    await hears('focus: push button Lock now');
    await hears('text: Unlocked.');
  });

  it('[C35] has the whole question of a program where the focus comes to, on no button', async () => {
    const { prompt, status } = await asked(app, () => ({
      status: runScript(session, 'ask.sh', 'view_flows'),
    }));
    await hears('focus: heading Let this script use view_flows? (It gets an access token');
    const question = reader.heard.find((line) => line.includes('use view_flows?'));
    expect(question).toMatch(
      /Script: \S+\/ask\.sh, claimed\. .* Without an answer it is denied in 1 minute\.\)$/,
    );
    await press(prompt, 'deny');
    expect(await status).toBe(403);
  });
});
