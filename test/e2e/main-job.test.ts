import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent, withChromium } from '../support/electron-app.ts';
import { press } from '../support/prompt-press.ts';
import {
  nextAddress,
  openedAddresses,
  pageHeap,
  startTrayApp,
  systemClipboard,
  type TrayApp,
} from '../support/tray-app.ts';

const run = promisify(execFile);
const NAMES = ['view_flows', 'manage_flows', 'run', 'run_status', 'run_manage', 'all'];

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox);
  await recordLoads(tray.app);
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

const button = (name: string | RegExp) => tray.page.getByRole('button', { name });
const heading = (name: string | RegExp) => tray.page.getByRole('heading', { name });

/** Every address that a page of the app begins to load, in any window. */
async function recordLoads(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app: electron, webContents }) => {
    const loads: string[] = webContents.getAllWebContents().map((contents) => contents.getURL());
    (globalThis as { loads?: string[] }).loads = loads;
    electron.on('web-contents-created', (_event, contents) => {
      contents.on('did-start-navigation', ({ url }) => loads.push(url));
    });
    for (const contents of webContents.getAllWebContents())
      contents.on('did-start-navigation', ({ url }) => loads.push(url));
  });
}

async function pressSignIn(): Promise<string> {
  return nextAddress(session, () => button(/^Sign in$/).click());
}

/** Runs what was copied in a real shell, with curl's report of the status behind it, and allows it once. */
async function paste(command: string): Promise<{ status: string; body: Record<string, unknown> }> {
  const prompt = tray.app.waitForEvent('window');
  const running = run('sh', ['-c', `${command} -w '\\n%{http_code}'`], { env: session.env });
  await press(await prompt, 'once');
  const { stdout } = await running;
  const end = stdout.lastIndexOf('\n');
  return {
    status: stdout.slice(end + 1),
    body: JSON.parse(stdout.slice(0, end)) as Record<string, unknown>,
  };
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function filesWithSecrets(): Promise<string[]> {
  const found: string[] = [];
  for (const file of await filesUnder(dirname(session.home))) {
    // The keyring's own file is encrypted; it is searched like every other.
    const content = await readFile(file, 'latin1').catch(() => '');
    if (sandbox.issued.some((secret) => content.includes(secret))) found.push(file);
  }
  return found;
}

// One story: each part starts where the one before it ended.
describe('the main job', { sequential: true }, () => {
  it('says after Deny what happened and what it means, and can be retried', async () => {
    const end = await visitConsent(await pressSignIn(), { username: 'ada@uni.example', answer: 'deny' });
    expect(end.text).toContain('Globus did not sign you in');
    await heading('The consent page was answered with Deny').waitFor();
    expect(await tray.page.getByRole('main').innerText()).toContain('Nothing was stored');
    await button('Try again').click();
  });

  it('goes on waiting when the browser is closed, until Cancel', async () => {
    await button('Cancel').waitFor();
    await button('Cancel').click();
    const url = await pressSignIn();
    await withChromium(url, async (page) => {
      await page.locator('[data-test="user-ada@uni.example"]').waitFor();
    });
    await button('Cancel').click();
    await button(/^Sign in$/).waitFor();
  });

  it('signs in through a consent page in Chromium: six rows, each ready', async () => {
    const end = await visitConsent(await pressSignIn(), { username: 'ada@uni.example', answer: 'allow' });
    expect(end.text).toContain('Back to Globus Token Tray');
    expect(new URL(end.url).search).toBe('');
    await heading('Signed in').waitFor();
    await button('Show my scopes').click();
    for (const name of NAMES) {
      await tray.page
        .getByRole('listitem')
        .filter({ hasText: new RegExp(`^\\s*${name}\\b`) })
        .first()
        .waitFor();
    }
    const item = await session.tray?.waitForItem();
    if (item === undefined) throw new Error('no tray');
    await session.tray?.waitUntil(
      async () => (await session.tray?.tooltip(item))?.includes('6 scopes ready') === true,
    );
  });

  it('[C1] gave the authorization URL to the system browser: no window of the app loaded it', async () => {
    const opened = await openedAddresses(session);
    expect(opened.at(-1)?.startsWith(`${sandbox.auth.origin}/v2/oauth2/authorize?`)).toBe(true);
    const loads = await tray.app.evaluate(() => (globalThis as { loads?: string[] }).loads ?? []);
    expect(loads.length).toBeGreaterThan(0);
    expect(loads.filter((url) => !url.startsWith('app://'))).toEqual([]);
  });

  it('copies curl for view_flows from the window: pasted into a shell it answers 200 with the flows', async () => {
    const row = tray.page.getByRole('listitem').filter({ hasText: 'view_flows' }).first();
    await row.hover();
    await row
      .getByRole('button', { name: /Copy curl/ })
      .first()
      .click();
    await tray.page
      .getByText(/Copied curl for/)
      .first()
      .waitFor();
    const { status, body } = await paste(await systemClipboard(session));
    expect(status).toBe('200');
    expect((body['flows'] as unknown[]).length).toBeGreaterThan(0);
  });

  it('[C37] takes the copy off the clipboard on request', async () => {
    await session.tray?.click(await session.tray.waitForItem(), ['view_flows', 'Copy header']);
    await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer/);
    await button(/Clear now/).click();
    await expect.poll(() => systemClipboard(session)).toBe('');
  });

  it('copies curl and header from the tray, over D-Bus', async () => {
    const host = session.tray;
    const item = await host?.waitForItem();
    if (host === null || item === undefined) throw new Error('no tray');
    await host.click(item, ['view_flows', 'Copy curl']);
    await expect.poll(() => systemClipboard(session)).toMatch(/^curl /);
    expect((await paste(await systemClipboard(session))).status).toBe('200');
    await host.click(item, ['run_status', 'Copy header']);
    await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer Ag\w+$/);
  });

  it('[C46] registers a tray item whose name resolves as GNOME resolves it', async () => {
    expect(session.tray?.refused()).toEqual([]);
    const item = await session.tray?.waitForItem();
    expect(item?.owner).toMatch(/^:/);
  });

  it('[C47] sends no token to the page: not in any message, not in its memory', async () => {
    // A copy of its own: what is said of one is where a token could slip in.
    await session.tray?.click(await session.tray.waitForItem(), ['view_flows', 'Copy header']);
    await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer Ag\w+$/);
    await tray.page
      .getByText(/Copied header for view_flows/)
      .first()
      .waitFor();
    const messages = await tray.messages();
    expect(messages).toContain('tray:state');
    expect(messages).toContain('header for view_flows');
    const heap = await pageHeap(tray.page);
    expect(heap).toContain('view_flows');
    for (const secret of sandbox.issued) {
      expect(messages.includes(secret)).toBe(false);
      expect(heap.includes(secret)).toBe(false);
    }
  });

  it('[C42] asked the network for nothing by its page, and broke no policy', async () => {
    expect(await tray.requests()).toEqual([]);
    expect(await tray.violations()).toEqual([]);
  });

  it('[C25] [C28] leaves no secret in any file, and its files private', async () => {
    const searched = await filesUnder(dirname(session.home));
    expect(searched.some((file) => file.endsWith('globus-token-tray-demo/settings.json'))).toBe(true);
    expect(searched.some((file) => /logs\/.*\.log$/.test(file))).toBe(true);
    expect(await filesWithSecrets()).toEqual([]);
    const data = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo');
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    for (const file of await filesUnder(data)) {
      expect((await stat(file)).mode & 0o077, file).toBe(0);
    }
  });

  it('[C29] [C37] locks from the tray: the copy is gone, nothing is copied; unlocks from the window', async () => {
    const host = session.tray;
    const item = await host?.waitForItem();
    if (host === null || item === undefined) throw new Error('no tray');
    await host.click(item, ['view_flows', 'Copy header']);
    await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer/);
    await host.click(item, ['Lock now']);
    await button('Unlock').waitFor();
    await expect.poll(() => systemClipboard(session)).toBe('');
    const row = tray.page.getByRole('listitem').filter({ hasText: 'view_flows' }).first();
    await row
      .getByText(/locked/i)
      .first()
      .waitFor();
    await button('Unlock').click();
    await row.getByText(/\d+ h/).first().waitFor();
  });

  it('[C22] is still signed in after SIGKILL, from the keyring alone', async () => {
    await tray.kill();
    const { stdout } = await run('secret-tool', ['search', '--all', 'service', 'globus-token-tray-demo'], {
      env: session.env,
    }).catch((error: { stdout: string }) => error);
    expect(sandbox.issued.some((secret) => stdout.includes(secret))).toBe(true);
    expect(await filesWithSecrets()).toEqual([]);
    const before = sandbox.log.length;
    tray = await startTrayApp(session, sandbox);
    const row = tray.page.getByRole('listitem').filter({ hasText: 'view_flows' }).first();
    await row.getByText(/\d+ h/).first().waitFor();
    const authorizations = sandbox.log.slice(before).filter((line) => line.path === '/v2/oauth2/authorize');
    expect(authorizations).toEqual([]);
  });

  it('[C23] signs out: both kinds of token are revoked and the keyring is empty', async () => {
    const before = sandbox.log.length;
    await session.tray?.click(await session.tray.waitForItem(), ['Sign out…']);
    const question = tray.page.getByRole('dialog', { name: 'Sign out ada@uni.example?' });
    await question.waitFor();
    // Asked is not done: it revokes, and cannot be undone.
    expect(sandbox.log.slice(before).some((line) => line.path === '/v2/oauth2/token/revoke')).toBe(false);
    await question.getByRole('button', { name: 'Sign out' }).click();
    await button(/^Sign in$/).waitFor();
    const revoked = sandbox.log.slice(before).filter((line) => line.path === '/v2/oauth2/token/revoke');
    // Two refresh tokens, and the access token of the grant that the list needs.
    expect(revoked.length).toBeGreaterThanOrEqual(3);
    const { stdout } = await run('secret-tool', ['search', '--all', 'service', 'globus-token-tray-demo'], {
      env: session.env,
    }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  it('[C36] has left a line of the sign-in, the lock and the sign-out in the audit log', async () => {
    const path = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', 'audit', 'audit.jsonl');
    const done = async () => {
      const lines = (await readFile(path, 'utf8')).trim().split('\n');
      return lines.map((line) => (JSON.parse(line) as { by: string }).by).filter((by) => by !== 'clipboard');
    };
    await expect.poll(done).toEqual(expect.arrayContaining(['sign-in', 'lock', 'unlock', 'sign-out']));
  });
});

describe('a page of Globus that never redirects', () => {
  it.each([
    ['a wrong client', '00000000-0000-4000-8000-00000000dead', [], /Unknown client/],
    ['an unknown scope', DEMO_CLIENT_ID, [FLOWS_SCOPES[0]?.scope ?? ''], /UNKNOWN_SCOPE_ERROR/],
  ])(
    'leaves the app waiting, with Cancel and a way to retry: %s',
    async (_what, clientId, forgotten, shown) => {
      await tray.close();
      for (const scope of forgotten) sandbox.forgottenScopes.add(scope);
      tray = await startTrayApp(session, sandbox, { clientId });
      const url = await pressSignIn();
      await withChromium(url, async (page) => {
        expect(await page.locator('body').innerText()).toMatch(shown);
        expect(page.url().startsWith(sandbox.auth.origin)).toBe(true);
      });
      expect(await tray.page.getByRole('main').innerText()).toContain('Globus error page');
      await button('Cancel').click();
      sandbox.forgottenScopes.clear();
      await pressSignIn();
      await button('Cancel').click();
    },
  );
});
