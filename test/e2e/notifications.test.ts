import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { launchApp } from '../support/electron-app.ts';
import { startNotificationHost, type NotificationHost } from '../support/notification-host.ts';
import { until } from '../support/processes.ts';
import { asked, press } from '../support/prompt-press.ts';
import { demoArguments, nextAddress, startTrayApp, systemClipboard } from '../support/tray-app.ts';
import type { TrayHost } from '../support/tray-host.ts';
import {
  brokerListens,
  call,
  closeWindows,
  palettePage,
  printedMenu,
  runScript,
  secretsIn,
  signInFully,
} from '../support/tray-rig.ts';

const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';

let sandbox: Sandbox;
let session: DesktopSession;
let host: NotificationHost;
let panel: TrayHost;
let app: ElectronApplication;
let page: Page;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  if (session.tray === null) throw new Error('the session has no tray');
  panel = session.tray;
  host = await startNotificationHost(session.busAddress);
  const tray = await startTrayApp(session, sandbox);
  ({ app, page } = tray);
  await signInFully(session, tray);
  // On the list, and not covered by the sign-in.
  await call(tray, 'scope.add', { scope: TRANSFER });
});
afterAll(async () => {
  await app.close();
  await host.close();
  await session.close();
  await sandbox.close();
});

async function choose(...labels: string[]): Promise<void> {
  await panel.click(await panel.waitForItem(), labels);
}

/** An entry of the menu's top that may have to come first. */
async function chooseLater(label: string): Promise<void> {
  const item = await panel.waitForItem();
  await panel.waitUntil(async () => (await printedMenu(panel, item)).includes(label));
  await choose(label);
}

/** As the session's autostart does it: no window. */
async function restartHidden(): Promise<void> {
  await app.close();
  app = await launchApp(session, {
    args: [...demoArguments(sandbox), '--hidden'],
    env: { GLOBUS_TOKEN_TRAY_BROWSER: join(session.home, 'browser') },
  });
}

/** As the settings' switches do, all five. Of an app that does not run. */
async function setNotices(on: boolean): Promise<void> {
  await app.close();
  const path = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', 'settings.json');
  const settings = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  const notices = { approval: on, expiry: on, signIn: on, copied: on, keychain: on };
  await writeFile(path, JSON.stringify({ ...settings, notices }));
}

/** The minute that the app has for renewing a token lasts a moment. */
async function hurry(): Promise<void> {
  const patch = () =>
    app.evaluate(() => {
      const real = globalThis.setTimeout;
      const short = (run: () => void, milliseconds = 0, ...rest: never[]) =>
        real(run, milliseconds === 60_000 ? 200 : milliseconds, ...rest);
      Object.assign(globalThis, { setTimeout: Object.assign(short, real) });
      return true;
    });
  // The driver loses an answer while the app is still starting.
  await until('a hurried app', () => patch().catch(() => undefined));
}

const windows = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
const titles = () => host.sent().map(({ title }) => title);

describe('notifications, as a real server on the bus gets them', () => {
  it('[C37] copied: none while the window says it; else quiet, and its button clears the clipboard', async () => {
    await choose('view_flows', 'Copy header');
    await page
      .getByText(/Copied header for/)
      .first()
      .waitFor();
    await closeWindows(app);
    await choose('run_status', 'Copy header');
    const sent = await host.waitFor(/^Copied header for run_status$/);
    expect(titles()).toEqual(['Copied header for run_status']);
    expect(sent).toMatchObject({
      appName: 'Globus Token Tray',
      body: 'Clears in 45 s.',
      actions: ['default', 'Open', 'action', 'Clear now'],
      hints: { urgency: 0, 'suppress-sound': true },
    });
    host.invoke(sent.id, 'action');
    await expect.poll(() => systemClipboard(session)).toBe('');
    expect(await windows()).toBe(0);
  });

  it('copied: is taken back when the next copy takes its place; without a token there is nothing to clear', async () => {
    const headers = () => host.sent().filter(({ title }) => title === 'Copied header for run_status');
    await choose('run_status', 'Copy header');
    await expect.poll(() => headers().length).toBe(2);
    await choose('view_flows', 'Copy curl');
    const sent = await host.waitFor(/^Copied curl for view_flows$/);
    expect(sent.actions).toEqual(['default', 'Open']);
    await host.waitForClose(headers()[1]?.id ?? 0);
  });

  it('[C37] copied: from the palette it can be cleared as well, whose own window is gone before that', async () => {
    await choose('Search…');
    const palette = await palettePage(app);
    await palette.getByRole('combobox').waitFor();
    await palette.keyboard.type('run_manage');
    await palette.getByRole('option', { name: /run_manage/ }).waitFor();
    await palette.keyboard.press('Enter');
    await palette.getByText('Copied curl for run_manage, clears in 45 s').waitFor();
    const sent = await host.waitFor(/^Copied curl for run_manage$/);
    expect(sent).toMatchObject({
      body: 'Clears in 45 s.',
      actions: ['default', 'Open', 'action', 'Clear now'],
    });
    expect(await systemClipboard(session)).toContain('Bearer ');
    host.invoke(sent.id, 'action');
    await expect.poll(() => systemClipboard(session)).toBe('');
    await closeWindows(app);
  });

  it('[C30] [C31] approval: says who asks for what, its click leads to the question, and it goes with it', async () => {
    const { prompt, status } = await asked(app, () => ({
      status: runScript(session, 'watch-runs.sh', 'run_status'),
    }));
    const sent = await host.waitFor(/^Let this script use run_status\?$/);
    expect(sent.body).toMatch(/jobs\/watch-runs\.sh\. It waits a minute for your answer\.$/);
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur());
    const focused = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null);
    await expect.poll(focused).toBe(false);
    host.invoke(sent.id, 'default');
    await expect.poll(focused).toBe(true);
    await press(prompt, 'once');
    expect(await status).toBe(200);
  });

  it('approval: is taken back when it was answered', async () => {
    const { prompt, status } = await asked(app, () => ({
      status: runScript(session, 'other.sh', 'run_status'),
    }));
    const of = () => host.sent().filter(({ body }) => body.includes('other.sh'));
    await expect.poll(() => of().length).toBe(1);
    await press(prompt, 'deny');
    expect(await status).toBe(403);
    await host.waitForClose(of()[0]?.id ?? 0);
  });

  it('sign-in: a program asked for what no sign-in covers; its button starts one', async () => {
    const { prompt, status } = await asked(app, () => ({
      status: runScript(session, 'transfer.sh', TRANSFER),
    }));
    await press(prompt, 'once');
    expect(await status).toBe(403);
    const sent = await host.waitFor(/all needs your consent$/);
    expect(sent.actions).toContain('Sign in');
    const address = await nextAddress(session, () => Promise.resolve(host.invoke(sent.id, 'action')));
    expect(new URL(address).pathname).toBe('/v2/oauth2/authorize');
    await chooseLater('Cancel sign-in');
    await closeWindows(app);
  });

  it('[C37] takes back what it says of now when the app quits', async () => {
    const receipts = () => host.sent().filter(({ title }) => title === 'Copied header for run_manage');
    await choose('run_manage', 'Copy header');
    await expect.poll(() => receipts().length).toBe(1);
    await app.close();
    await host.waitForClose(receipts()[0]?.id ?? 0);
  });

  it('expiry: a token ends and cannot be renewed; its button renews it', async () => {
    // So short a life counts as ending from its first second on.
    sandbox.accessTokenSeconds = 66;
    const unavailable = { host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 503 } as const;
    const starting = sandbox.addFault(unavailable);
    await restartHidden();
    await brokerListens(session);
    await hurry();
    starting();
    await app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'));
    const item = await panel.waitForItem();
    await panel.waitUntil(async () =>
      (await printedMenu(panel, item)).some((line) => line.startsWith('view_flows – expiring')),
    );
    const stop = sandbox.addFault(unavailable);
    const sent = await host.waitFor(/ends in (under a minute|1 min)$/);
    expect(sent.actions).toContain('Renew');
    stop();
    sandbox.accessTokenSeconds = 172_800;
    host.invoke(sent.id, 'action');
    const renewed = async () =>
      (await printedMenu(panel, item)).some((line) => /^view_flows – 4\d h$/.test(line));
    await panel.waitUntil(renewed, 15_000);
  });

  it('shows nothing of a kind that is switched off', async () => {
    await setNotices(false);
    const before = host.sent().length;
    await restartHidden();
    await brokerListens(session);
    const { prompt, status } = await asked(app, () => ({
      status: runScript(session, 'silent.sh', 'view_flows'),
    }));
    await press(prompt, 'deny');
    await status;
    await choose('view_flows', 'Copy header');
    await chooseLater('Clear clipboard (header for view_flows)');
    await expect.poll(() => systemClipboard(session)).toBe('');
    expect(titles().slice(before)).toEqual([]);
    await setNotices(true);
  });

  it('keychain: locked when the session starts', async () => {
    await app.close();
    await session.keyring.lock();
    await restartHidden();
    const sent = await host.waitFor(/^The keychain is locked$/);
    expect(sent.actions).toContain('Unlock…');
    const opened = app.waitForEvent('window');
    host.invoke(sent.id, 'default');
    await opened;
    await session.keyring.unlock();
  });

  it('sign-in: Globus ended it', async () => {
    const stop = sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'invalid_grant_400' });
    await restartHidden();
    const sent = await host.waitFor(/^Globus ended a sign-in$/);
    expect(sent.body).toContain('until you sign in again');
    stop();
    const address = await nextAddress(session, () => Promise.resolve(host.invoke(sent.id, 'action')));
    expect(new URL(address).pathname).toBe('/v2/oauth2/authorize');
  });

  it('[C25] holds no token in any of them', () => {
    expect(host.sent().length).toBeGreaterThan(6);
    expect(secretsIn(sandbox, JSON.stringify(host.sent()))).toBe(0);
  });
});
