import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type ClipboardManager, startClipboardManager } from '../support/clipboard-manager.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import { call, signInFully } from '../support/tray-rig.ts';

let session: DesktopSession;
let sandbox: Sandbox;
let manager: ClipboardManager;
beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  manager = await startClipboardManager(session.env['DISPLAY'] ?? '');
});
afterAll(async () => {
  manager.close();
  await sandbox.close();
  await session.close();
});

const clipboard = () => systemClipboard(session);
const strip = ({ page }: TrayApp) => page.getByRole('region', { name: 'Clipboard' });

async function started(): Promise<TrayApp> {
  const tray = await startTrayApp(session, sandbox);
  tray.page.setDefaultTimeout(10_000);
  const row = tray.page.locator('[data-opener]').first();
  const fresh = tray.page.getByRole('button', { name: /^Sign in$/ });
  await row.or(fresh).waitFor();
  // The keychain of the session has it from then on.
  if (await fresh.isVisible()) await signInFully(session, tray);
  return tray;
}

/** Copies a header; resolves with it when the manager owns the clipboard, and the app does not. */
async function copied(tray: TrayApp): Promise<string> {
  const { length } = manager.taken;
  await tray.page.locator('[data-opener]').first().focus();
  await tray.page.keyboard.press('h');
  await strip(tray).waitFor();
  await expect.poll(() => manager.taken.length).toBe(length + 1);
  const { served } = manager;
  const text = await clipboard();
  expect(text).toMatch(/^Authorization: Bearer \S+$/);
  expect(manager.served).toBe(served + 1);
  return text;
}

/** Until the page shows either: a key that comes in between is for a row that is gone. */
async function whileLocked(tray: TrayApp, run: () => Promise<void>): Promise<void> {
  const unlock = tray.page.getByRole('button', { name: 'Unlock', exact: true });
  await call(tray, 'session.lock', null);
  await unlock.first().waitFor();
  await run();
  await call(tray, 'session.unlock', null);
  await unlock.first().waitFor({ state: 'detached' });
  await tray.page.locator('[data-opener]').first().getByText(/\d+ h/).first().waitFor();
}

describe('a clipboard manager that takes every copy over', { sequential: true }, () => {
  let tray: TrayApp;
  beforeAll(async () => {
    tray = await started();
  });
  afterAll(() => tray.close());

  it('[C37] gives a secret back by a key', async () => {
    await copied(tray);
    await tray.page.keyboard.press('x');
    await strip(tray).waitFor({ state: 'detached' });
    expect(await clipboard()).toBe('');
  });

  it('[C37] gives it back when the app is locked', async () => {
    await copied(tray);
    await whileLocked(tray, () => expect.poll(clipboard).toBe(''));
  });

  it('[C37] keeps what was chosen from its history since then', async () => {
    await copied(tray);
    manager.offer('something else');
    await whileLocked(tray, async () => {
      await strip(tray).waitFor({ state: 'detached' });
      expect(await clipboard()).toBe('something else');
    });
  });

  it('[C38] is no reason to say that something was not copied, however often', async () => {
    for (let time = 0; time < 3; time++) await copied(tray);
    expect(await tray.page.getByText('not copied').count()).toBe(0);
  });
});

describe('a clipboard manager, when the app quits,', () => {
  it.each([
    ['has nothing left of it', true],
    ['keeps the copy, where the settings say so', false],
  ])('[C37] %s', async (_what, clearOnQuit) => {
    const tray = await started();
    await call(tray, 'settings.set', { clearOnQuit });
    const text = await copied(tray);
    const gone = once(tray.app.process(), 'exit');
    await tray.app.evaluate(({ app }) => void app.quit()).catch(() => undefined);
    await gone;
    expect(await clipboard()).toBe(clearOnQuit ? '' : text);
    manager.offer('');
  });
});
