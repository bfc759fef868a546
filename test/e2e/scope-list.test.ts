import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { foreignSignIn, registerInstance } from '../support/foreign-sign-in.ts';
import { TRANSFER_ALL } from '../support/native-app.ts';
import { press } from '../support/prompt-press.ts';
import { writeTokenFile } from '../support/token-files.ts';
import { nextAddress, startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';
import { secretsIn } from '../support/tray-rig.ts';

const run = promisify(execFile);
const GRACE = 'grace@lab.example';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;
/** The header of Ada's first scope. */
let adas = '';

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox);
  tray.page.setDefaultTimeout(10_000);
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

const button = (name: string | RegExp) => tray.page.getByRole('button', { name });
const row = (index: number) => tray.page.locator('li[data-scope]').nth(index);

async function allowAfter(act: () => Promise<unknown>, username: string): Promise<void> {
  await visitConsent(await nextAddress(session, act), { username, answer: 'allow' });
  await button('Show my scopes').click();
  await tray.page.getByRole('search').waitFor();
}

function dataFile(...names: string[]): string {
  return join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', ...names);
}

async function entries(): Promise<string[]> {
  const settings = JSON.parse(await readFile(dataFile('settings.json'), 'utf8')) as {
    scopeEntries: string[];
  };
  return settings.scopeEntries;
}

// One story: each part starts where the one before it ended.
describe('the list of scopes', { sequential: true }, () => {
  it('takes a scope off by key and puts the very same entry back, focus and all', async () => {
    await allowAfter(() => button(/^Sign in$/).click(), 'ada@uni.example');
    const [before, first, second] = [
      await entries(),
      await row(0).getAttribute('data-scope'),
      await row(1).getAttribute('data-scope'),
    ];
    await row(0).locator('[data-opener]').focus();
    await tray.page.keyboard.press('Delete');
    await expect.poll(() => row(0).getAttribute('data-scope')).toBe(second);
    await expect.poll(entries).toEqual(before.filter((entry) => entry !== first));
    await expect.poll(() => row(0).locator('[data-opener]:focus').count()).toBe(1);
    await tray.page.keyboard.press('z');
    await expect.poll(entries).toEqual(before);
    await expect
      .poll(() => tray.page.locator(`li[data-scope="${first}"] [data-opener]:focus`).count())
      .toBe(1);
    expect(await button('Undo').count()).toBe(0);
  });

  it('has the history of a scope, which a copy made meanwhile joins', async () => {
    await row(0).locator('[data-opener]').click();
    await tray.page.getByText('History', { exact: true }).click();
    await tray.page.getByText(/^Nothing yet/).waitFor();
    await button(/^Copy header for/).click();
    await expect.poll(() => systemClipboard(session)).toMatch(/^Authorization: Bearer /);
    adas = await systemClipboard(session);
    const lines = tray.page.getByRole('list', { name: /^History of / }).getByRole('listitem');
    await expect.poll(() => lines.count()).toBe(1);
    expect(await lines.first().innerText()).toMatch(/^Copied\s[^a-z]+by you, in the app$/);
    await tray.page.keyboard.press('Escape');
  });

  it('[C13] has the rows of another account, which copy, renew and call with its token', async () => {
    await button(/^Accounts: /).click();
    await tray.page.getByRole('menuitem', { name: 'Manage accounts' }).click();
    await allowAfter(() => button('Add an account…').click(), GRACE);
    const hers = tray.page.getByRole('list', { name: new RegExp(`${GRACE}$`) }).first();
    await hers.waitFor();
    const opener = hers.locator('[data-opener]').first();
    await opener.click();
    await button(`Copy header for view_flows of ${GRACE}`).click();
    await expect.poll(() => systemClipboard(session)).not.toBe(adas);
    const header = await systemClipboard(session);
    expect(header).not.toBe(adas);
    await tray.page.keyboard.press('t');
    await tray.page.getByText('Status 200').waitFor();
    await tray.page.keyboard.press('r');
    const log = (await readFile(dataFile('audit', 'audit.jsonl'), 'utf8')).trim().split('\n');
    expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({ kind: 'copy', account: GRACE });
    await button(`Copy curl for view_flows of ${GRACE}`).click();
    await expect.poll(() => systemClipboard(session)).toContain('&account=');
    const prompt = tray.app.waitForEvent('window');
    const running = run('sh', ['-c', await systemClipboard(session)], { env: session.env });
    const asked = await prompt;
    await asked.locator('dd', { hasText: GRACE }).waitFor();
    await press(asked, 'once');
    expect(JSON.parse((await running).stdout)).toHaveProperty('flows');
  });

  it('[C23] ends globus-cli’s file, after its scopes came onto the list', async () => {
    const instance = registerInstance(sandbox);
    const path = join(session.env['HOME'] ?? '', '.globus', 'cli', 'storage.db');
    const tokens = await foreignSignIn(sandbox, `openid ${TRANSFER_ALL}`, instance);
    const config = { auth_client_data: { client_id: instance.id, client_secret: instance.secret } };
    writeTokenFile({ path, form: 'sqlite-1', namespaces: { 'userprofile/demo': { tokens, config } } });
    await button('Account and more').click();
    await tray.page.getByRole('menuitem', { name: 'Settings' }).click();
    await button('Look for them').click();
    const file = tray.page.getByRole('article', { name: 'globus-cli' });
    await file.getByRole('button', { name: 'Put on the list' }).click();
    await file.getByRole('button', { name: 'Sign in for 1 scope' }).waitFor();
    expect(await entries()).toContain(TRANSFER_ALL);
    await file.getByRole('button', { name: 'Revoke and delete…' }).click();
    await tray.page.getByRole('dialog').getByRole('button', { name: 'Revoke and delete' }).click();
    await file.getByText('4 tokens revoked at Globus, and the file deleted.').waitFor();
    await expect(access(path)).rejects.toThrow();
    expect(secretsIn(sandbox, await tray.page.content())).toBe(0);
  });
});
