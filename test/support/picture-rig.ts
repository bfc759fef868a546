import type { ElectronApplication, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, type DesktopSessionOptions, startDesktopSession } from './desktop-session.ts';
import { launchApp, visitConsent } from './electron-app.ts';
import { inBothThemes } from './pictures.ts';
import { nextAddress, startTrayApp, type TrayApp } from './tray-app.ts';

export const SHARP = '--force-device-scale-factor=2';
/** In which a window of twice the pixels has its usual size. */
export const SCREEN = { width: 2400, height: 1800 };
export const ADA = 'ada@uni.example';
/** Of the window when nobody has changed it. */
export const HEIGHT = 640;
export const GRACE = 'grace@lab.example';

/** The real app at the sandbox, sharp enough for pictures. */
export interface PictureRig {
  readonly session: DesktopSession;
  readonly sandbox: Sandbox;
  readonly tray: TrayApp;
  button(name: string | RegExp): Locator;
  heading(name: string | RegExp): Locator;
  row(scope: string): Locator;
  /** From the menu at the upper right. */
  fromMenu(item: string | RegExp): Promise<void>;
  /** Does what leads to the browser, and answers there. */
  answerAfter(act: () => Promise<unknown>, answer?: 'allow' | 'deny', username?: string): Promise<void>;
  /** Ada allows every scope; ends at the list. */
  signIn(): Promise<void>;
  /** From the summary of a sign-in. */
  toTheList(): Promise<void>;
  /** @param height of what the window shows, pixels of its page */
  resize(height: number): Promise<void>;
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface PictureRigOptions extends DesktopSessionOptions {
  clientId?: string;
}

export async function startPictureRig({ clientId, ...desktop }: PictureRigOptions = {}): Promise<PictureRig> {
  const [session, sandbox] = await Promise.all([
    startDesktopSession({ screen: SCREEN, ...desktop }),
    startSandbox(),
  ]);
  const app = { args: [SHARP], ...(clientId === undefined ? {} : { clientId }) };
  const tray = await startTrayApp(session, sandbox, app);
  const { page } = tray;
  page.setDefaultTimeout(20_000);
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const rig: PictureRig = {
    ...{ session, sandbox, tray, button },
    heading: (name) => page.getByRole('heading', { name }),
    row: (scope) => page.locator('li[data-scope]', { has: page.getByText(scope, { exact: true }) }).first(),
    async fromMenu(item) {
      await button('Account and more').click();
      await page.getByRole('menuitem', { name: item }).click();
    },
    async answerAfter(act, answer = 'allow', username = ADA) {
      await visitConsent(await nextAddress(session, act), { username, answer });
    },
    async signIn() {
      await rig.answerAfter(() => button(/^Sign in$/).click());
      await rig.toTheList();
      await rig.row('view_flows').getByText(/\d+ h/).first().waitFor();
      await page.getByText(/Broker on/).waitFor();
    },
    async toTheList() {
      await button('Show my scopes').click();
      await page.getByRole('search').waitFor();
    },
    async resize(height) {
      await tray.app.evaluate(({ BrowserWindow }, to) => {
        const window = BrowserWindow.getAllWindows().find((one) => one.isVisible());
        window?.setContentSize(window.getContentSize()[0] ?? 0, to);
      }, height);
      await expect.poll(() => page.evaluate(() => window.innerHeight)).toBe(height);
    },
    async picture(name) {
      // Where it was last clicked, a row would show what it shows under the pointer.
      await page.mouse.move(0, 0);
      await picture(name, page);
    },
    async close() {
      await tray.close();
      await sandbox.close();
      await session.close();
    },
  };
  return rig;
}

/** One picture in each theme. An empty page is small. */
export async function picture(name: string, page: Page): Promise<void> {
  for (const image of await inBothThemes(page, name)) expect(image.length).toBeGreaterThan(20_000);
}

/** Another start of the app, on a desktop of its own. */
export async function elsewhere(
  options: DesktopSessionOptions,
  args: readonly string[],
  use: (page: Page, app: ElectronApplication, session: DesktopSession) => Promise<void>,
): Promise<void> {
  const other = await startDesktopSession({ screen: SCREEN, ...options });
  try {
    const app = await launchApp(other, { args: [SHARP, ...args] });
    await use(await app.firstWindow(), app, other);
    await app.close();
  } finally {
    await other.close();
  }
}
