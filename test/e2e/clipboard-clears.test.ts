import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import { call, signInFully } from '../support/tray-rig.ts';

/** The clock is the real one here: the shortest time that the settings screen offers, and the shortest there is. */
const OFFERED = 10;
const SHORTEST = 5;

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;
beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox);
  await signInFully(session, tray);
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

const clipboard = () => systemClipboard(session);
const strip = () => tray.page.getByRole('region', { name: 'Clipboard' });
const tells = (seconds: number) => strip().getByText(`Clears in ${seconds} s`, { exact: true }).waitFor();
const gone = (seconds: number) => strip().waitFor({ state: 'detached', timeout: seconds * 1_000 });

/** From the list, by its key. */
async function copyHeader(): Promise<string> {
  await tray.page.locator('[data-opener]').first().focus();
  await tray.page.keyboard.press('h');
  await strip().waitFor();
  const text = await clipboard();
  expect(text).toMatch(/^Authorization: Bearer \S+$/);
  return text;
}

/** Another program takes the clipboard, and has it once this resolves. */
async function copyElsewhere(text: string): Promise<void> {
  const xclip = spawn('xclip', ['-selection', 'clipboard', '-i'], {
    env: session.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  xclip.stdin.end(text);
  // It goes on in the background, as the owner.
  await once(xclip, 'exit');
  await expect.poll(clipboard).toBe(text);
}

describe('a copied token, when its time is over,', { sequential: true }, () => {
  it('[C37] is gone from the clipboard and from the window, which counted the seconds, and not before', async () => {
    await tray.page.getByRole('button', { name: 'Account and more' }).click();
    await tray.page.getByRole('menuitem', { name: 'Settings' }).click();
    await tray.page.getByRole('combobox', { name: 'Clear it after' }).selectOption(`${OFFERED} s`);
    await tray.page.keyboard.press('Escape');
    const copied = await copyHeader();
    await tells(OFFERED - 1);
    await tells(2);
    expect(await clipboard()).toBe(copied);
    await gone(3);
    expect(await clipboard()).toBe('');
  });

  it('[C37] leaves what another program copied meanwhile', async () => {
    await call(tray, 'settings.set', { clearAfterSeconds: SHORTEST });
    await copyHeader();
    // The app looks once soon after a copy, and what it finds then ends the strip; this comes later, unseen.
    await tells(SHORTEST - 2);
    await copyElsewhere('something else');
    expect(await strip().isVisible()).toBe(true);
    await gone(SHORTEST - 1);
    expect(await clipboard()).toBe('something else');
  });
});
