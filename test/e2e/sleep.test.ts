import type { Message } from 'dbus-native';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { PrivateBus, type StandIn } from '../support/private-bus.ts';
import { until } from '../support/processes.ts';
import { startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import type { TrayHost, TrayItem } from '../support/tray-host.ts';
import { signInFully } from '../support/tray-rig.ts';

/** Milliseconds that a change may take to the panel. */
const SOON = 1_000;
const HOUR = 3_600_000;
const LOGIND = 'org.freedesktop.login1';

describe('a machine that sleeps, as logind tells of it on the system bus,', { sequential: true }, () => {
  let session: DesktopSession;
  let sandbox: Sandbox;
  let system: PrivateBus;
  let logind: StandIn;
  let tray: TrayApp;
  let host: TrayHost;
  let item: TrayItem;

  beforeAll(async () => {
    [session, sandbox, system] = await Promise.all([
      startDesktopSession(),
      startSandbox(),
      PrivateBus.open(),
    ]);
    if (session.tray === null) throw new Error('the session has no tray');
    host = session.tray;
    logind = await system.service(LOGIND, ({ member = '' }: Message) => {
      return member === 'ListSessions' ? ['a(susso)', [[]]] : null;
    });
    const env = { ...session.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${system.socket}` };
    tray = await startTrayApp({ ...session, env }, sandbox);
    await signInFully(session, tray);
    item = await host.waitForItem();
    await tells('6 scopes ready', 10_000);
    await until('the time left', async () => (await shown()).window > 0 || undefined);
  });
  afterAll(async () => {
    await tray.close();
    await system.close();
    await sandbox.close();
    await session.close();
  });

  const tells = (text: string, milliseconds = SOON) =>
    host.waitUntil(async () => (await host.tooltip(item)).includes(text), milliseconds);
  const sleeps = (starting: boolean) =>
    logind.signal('/org/freedesktop/login1', `${LOGIND}.Manager`, 'PrepareForSleep', 'b', [starting]);
  const hours = (text: string) => Number(/(\d+) h/.exec(text)?.[1]);
  const shown = async () => ({
    tray: hours(await host.tooltip(item)),
    window: hours(await read('li[data-scope]')),
  });
  /** The page, without its driver: Chromium drops that connection when the machine goes to sleep. */
  const read = (selector: string) =>
    tray.app.evaluate(async ({ BrowserWindow }, where): Promise<string> => {
      const [window] = BrowserWindow.getAllWindows();
      const script = `document.querySelector('${where}')?.innerText ?? ''`;
      return String(await window?.webContents.executeJavaScript(script));
    }, selector);

  it('[C29] [C37] locks the app and clears its copy within a second of going to sleep', async () => {
    await tray.page.locator('[data-opener]').first().focus();
    await tray.page.keyboard.press('h');
    await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer \S+$/);
    sleeps(true);
    await tells('locked');
    await expect.poll(() => read('main'), { timeout: SOON }).toContain('Locked. Tokens were dropped');
    await expect.poll(() => systemClipboard(session), { timeout: SOON }).toBe('');
  });

  it('[C29] unlocks it within a second of waking up', async () => {
    sleeps(false);
    await tells('6 scopes ready');
    await expect.poll(async () => (await shown()).window, { timeout: SOON }).toBeGreaterThan(0);
  });

  it('[C54] tells the right time within a second of waking up, also when nobody told of going to sleep', async () => {
    // Forth and back: the first could still meet a view that the sign-in before it set off.
    for (const slept of [2, -2]) {
      const before = await shown();
      const after = { tray: before.tray - slept, window: before.window - slept };
      await timePasses(slept * HOUR);
      sleeps(false);
      await host.waitUntil(async () => hours(await host.tooltip(item)) === after.tray, SOON);
      await expect.poll(shown, { timeout: SOON }).toEqual(after);
    }
  });

  /** While nothing runs. */
  async function timePasses(milliseconds: number): Promise<void> {
    await tray.app.evaluate((_electron, slept) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + slept;
    }, milliseconds);
  }
});
