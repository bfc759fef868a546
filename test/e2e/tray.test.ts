import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { asked, press } from '../support/prompt-press.ts';
import { nextAddress, startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import { startTrayHost, type TrayHost, type TrayItem } from '../support/tray-host.ts';
import { call, closeWindows, post, printedMenu, runScript, signInFully } from '../support/tray-rig.ts';

/** Milliseconds that a change may take to the panel. */
const SOON = 1_000;
const HOUR = 3_600_000;
const GRACE = 'grace@lab.example';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('the tray, as a real host on the bus sees it', () => {
  let session: DesktopSession;
  let tray: TrayApp;
  let host: TrayHost;
  let item: TrayItem;

  beforeAll(async () => {
    session = await startDesktopSession();
    tray = await startTrayApp(session, sandbox);
    await signInFully(session, tray);
    if (session.tray === null) throw new Error('the session has no tray');
    host = session.tray;
    item = await host.waitForItem();
    await tells('6 scopes ready');
  });
  afterAll(async () => {
    await tray.close();
    await session.close();
  });

  async function tells(text: string, milliseconds = 10_000): Promise<void> {
    await host.waitUntil(async () => (await host.tooltip(item)).includes(text), milliseconds);
  }

  it('shows the first scopes, all of them behind, and what can be done', async () => {
    const lines = await printedMenu(host, item);
    const bare = lines.map((line) => line.replace(/\d+ h( \d+ min)?/g, 'N h'));
    const top = bare.filter((line) => !line.startsWith(' '));
    expect(top).toEqual([
      'Demo (fake Globus): no real tokens (off)',
      'ada@uni.example (off)',
      '6 scopes ready, N h left (off)',
      '--',
      'view_flows – N h',
      'manage_flows – N h',
      'run – N h',
      'run_status – N h',
      'run_manage – N h',
      'All scopes',
      '--',
      'Search…',
      'Lock now',
      'Sign in…',
      'Sign out…',
      '--',
      expect.stringMatching(/^Broker on · .*broker\.sock \(off\)$/),
      'Open Globus Token Tray',
      'Quit',
    ]);
    expect(bare).toContain('    all – N h');
  });

  it('puts first what was used, and copies from every place', async () => {
    await host.click(item, ['All scopes', 'Flows', 'all', 'Copy header']);
    await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer/);
    await host.waitUntil(async () => (await printedMenu(host, item)).includes('Most used (off)'), SOON);
    const lines = (await printedMenu(host, item)).filter((line) => !line.startsWith(' '));
    expect(lines[lines.indexOf('Most used (off)') + 1]).toMatch(/^all – /);
    expect(lines).toContain('Clear clipboard (header for all)');
    await host.click(item, ['Clear clipboard (header for all)']);
    await expect.poll(() => systemClipboard(session)).toBe('');
  });

  it('[C29] tells within a second that the app was locked elsewhere, and unlocked', async () => {
    await post(session, '/v1/lock');
    await tells('locked', SOON);
    expect((await printedMenu(host, item)).join('\n')).not.toContain('view_flows');
    const locked = await host.iconPixmap(item);
    await host.click(item, ['Unlock']);
    await tells('6 scopes ready', SOON);
    expect(await host.iconPixmap(item)).not.toEqual(locked);
  });

  it('[C30] tells within a second that a program asks, leads to the question, and that it was answered', async () => {
    const quiet = await host.iconPixmap(item);
    const { prompt, status } = await asked(tray.app, () => ({
      status: runScript(session, 'watch-runs.sh', 'run_status'),
    }));
    await tells('Let this script use run_status?', SOON);
    expect(await host.iconPixmap(item)).not.toEqual(quiet);
    await focusMainWindow();
    await host.click(item, ['Let this script use run_status…']);
    await expect.poll(promptHasFocus).toBe(true);
    await press(prompt, 'once');
    expect(await status).toBe(200);
    await tells('6 scopes ready', SOON);
  });

  it.each(['resume', 'unlock-screen'] as const)(
    '[C54] tells the right time within a second, in menu and window, of waking up by %s',
    async (event) => {
      const hours = (text: string) => Number(/(\d+) h/.exec(text)?.[1]);
      const shown = async () => ({
        tray: hours(await host.tooltip(item)),
        window: hours(await tray.page.locator('li[data-scope]').first().innerText()),
      });
      const before = await shown();
      const later = { tray: before.tray - 2, window: before.window - 2 };
      await sleep(2 * HOUR, event);
      await host.waitUntil(async () => hours(await host.tooltip(item)) === later.tray, SOON);
      await expect.poll(shown, { timeout: SOON }).toEqual(later);
      await sleep(-2 * HOUR, event);
      await expect.poll(shown, { timeout: SOON }).toEqual(before);
    },
  );

  it('[C13] has a second account’s scopes behind its name, which are copied and renewed as that account', async () => {
    await tray.page.getByRole('button', { name: /^Accounts:/ }).click();
    const add = () => tray.page.getByRole('menuitem', { name: 'Add an account…' }).click();
    await visitConsent(await nextAddress(session, add), { username: GRACE, answer: 'allow' });
    await tray.page.getByRole('button', { name: 'Show my scopes' }).click();
    await host.waitUntil(async () => (await printedMenu(host, item)).includes('Other account (off)'));
    const copied = async (...path: string[]) => {
      const before = await systemClipboard(session);
      await host.click(item, [...path, 'Copy header']);
      await expect.poll(() => systemClipboard(session)).not.toBe(before);
      return systemClipboard(session);
    };
    const adas = await copied('run_status');
    const hers = await copied(GRACE, 'run_status');
    expect(hers).toMatch(/^Authorization: Bearer/);
    expect((await auditLines()).slice(-2)).toMatchObject([
      { kind: 'copy', account: 'ada@uni.example' },
      { kind: 'copy', account: GRACE },
    ]);
    const renewals = () => sandbox.log.filter(({ path }) => path === '/v2/oauth2/token').length;
    const before = renewals();
    await host.click(item, [GRACE, 'run_status', 'Renew']);
    await expect.poll(renewals).toBe(before + 1);
    await expect.poll(async () => copied(GRACE, 'run_status').catch(() => hers)).not.toBe(hers);
    expect(await copied('run_status')).toBe(adas);
    await host.click(item, ['Clear clipboard (header for run_status)']);
  });

  it('leads to the row of what needs the person, also from a closed window', async () => {
    await call(tray, 'scope.add', { scope: 'urn:globus:auth:scope:transfer.api.globus.org:all' });
    await tells('1 scope needs you', SOON);
    const entry = (await printedMenu(host, item)).find((line) => line.startsWith('Needs consent: '));
    await closeWindows(tray.app);
    const opened = tray.app.waitForEvent('window');
    await host.click(item, [entry ?? 'Needs consent']);
    const page = await opened;
    const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.textContent ?? '');
    await expect.poll(focused).toMatch(/^\s*transfer:all/);
  });

  /** The clock goes on by that many milliseconds while nothing runs, then the system says so. */
  async function sleep(milliseconds: number, event: 'resume' | 'unlock-screen'): Promise<void> {
    await tray.app.evaluate(
      ({ powerMonitor }, [slept, woken]) => {
        const now = Date.now.bind(Date);
        Date.now = () => now() + slept;
        powerMonitor.emit(woken);
      },
      [milliseconds, event] as const,
    );
  }

  async function auditLines(): Promise<unknown[]> {
    const folder = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', 'audit');
    const log = await readFile(join(folder, 'audit.jsonl'), 'utf8');
    return log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }

  async function focusMainWindow(): Promise<void> {
    await tray.app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) if (!window.isAlwaysOnTop()) window.focus();
    });
    await expect.poll(promptHasFocus).toBe(false);
  }

  function promptHasFocus(): Promise<boolean> {
    return tray.app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getFocusedWindow()?.isAlwaysOnTop() === true,
    );
  }
});

describe('without a tray host', () => {
  let session: DesktopSession;
  let tray: TrayApp;
  let host: TrayHost | null = null;

  afterEach(async () => {
    await tray.close();
    await host?.close();
    host = null;
    await session.close();
  });

  it('[C46] the window does everything; a host that comes later, and its successor, show the icon', async () => {
    session = await startDesktopSession({ tray: false });
    tray = await startTrayApp(session, sandbox);
    await signInFully(session, tray);
    await tray.page
      .getByRole('button', { name: /Copy curl/ })
      .first()
      .click();
    await expect.poll(() => systemClipboard(session)).toMatch(/^curl /);
    for (let round = 0; round < 2; round += 1) {
      const late = await startTrayHost(session.busAddress);
      host = late;
      const item = await late.waitForItem();
      await late.waitUntil(async () => (await late.tooltip(item)).includes('6 scopes ready'));
      await late.click(item, ['view_flows', 'Copy header']);
      await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer/);
      expect(late.items()).toHaveLength(1);
      await tray.page.getByRole('button', { name: /Clear now/ }).click();
      await expect.poll(() => systemClipboard(session)).toBe('');
      if (round === 0) await late.close();
    }
  });
});
