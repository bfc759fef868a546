import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_CLIENT_ID, startSandbox } from '../sandbox/index.ts';
import type { LoggedRequest, Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { foreignSignIn } from '../support/foreign-sign-in.ts';
import { FLOWS_PREFIX } from '../support/native-app.ts';
import { writeTokenFile } from '../support/token-files.ts';
import { nextAddress, startTrayApp, type TrayApp } from '../support/tray-app.ts';

/** Longer than any test: what is held ends by a cancel or never. */
const HELD = { kind: 'slow', milliseconds: 600_000 } as const;

/** Of the first of the sandbox’s users. */
const ADA = '11111111-1111-4111-8111-111111111111';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox);
  tray.page.setDefaultTimeout(10_000);
  const url = await nextAddress(session, () => button(/^Sign in$/).click());
  await visitConsent(url, { username: 'ada@uni.example', answer: 'allow' });
  await button('Show my scopes').click();
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

const button = (name: string | RegExp) => tray.page.getByRole('button', { name });

/** Asks with an answer that is held, presses the button, and looks whether the server is left alone. */
async function cancelled(path: string, ask: () => Promise<void>, cancel: string | RegExp): Promise<void> {
  const clear = sandbox.addFault({ host: 'flows', path, ...HELD });
  const from = sandbox.log.length;
  await ask();
  await button(cancel).waitFor();
  const request = await sandbox.waitForRequest((logged) => logged.path.startsWith(path), from);
  expect(request.unanswered).toBeUndefined();
  await button(cancel).click();
  await expect.poll(() => request.unanswered).toBe(true);
  await button(cancel).waitFor({ state: 'detached' });
  expect(await tray.page.getByRole('alert').count()).toBe(0);
  clear();
}

// One story: each part starts where the one before it ended.
describe('what Globus does not answer', { sequential: true }, () => {
  it('[C57] a test call: the request is let go of at the server, too', async () => {
    await tray.page.locator('[data-opener]').first().focus();
    await cancelled('/flows', () => tray.page.keyboard.press('t'), /^Cancel: Calling GET/);
    await tray.page.getByText(/^Cancelled\./).waitFor();
    await tray.page.keyboard.press('t');
    await tray.page.getByText('Status 200').waitFor();
  });

  it('[C57] a search for flows: the same, and the next search finds them', async () => {
    await tray.page.keyboard.press('a');
    const dialog = tray.page.getByRole('dialog', { name: 'Add to the list' });
    await dialog.getByRole('group', { name: 'What to add' }).getByText('Flows').click();
    const field = dialog.getByRole('searchbox');
    await field.fill('a');
    await cancelled('/flows', () => tray.page.keyboard.press('Enter'), 'Cancel: Asking Globus');
    expect(await field.evaluate((node) => node === document.activeElement)).toBe(true);
    expect(await dialog.getByRole('list', { name: 'Flows found' }).count()).toBe(0);
    await tray.page.keyboard.press('Enter');
    await dialog.getByRole('list', { name: 'Flows found' }).getByRole('listitem').first().waitFor();
    await tray.page.keyboard.press('Escape');
  });

  it('[C22] a token file that is taken in: what Globus gave is whole, the rest stays in the file', async () => {
    const tokens = await foreignSignIn(
      sandbox,
      `openid profile email ${FLOWS_PREFIX}run_status`,
      undefined,
      ADA,
    );
    const path = join(session.home, '.globus', 'app', DEMO_CLIENT_ID, 'nightly', 'demo-tokens.json');
    writeTokenFile({ path, form: 'json-2', namespaces: { DEFAULT: { tokens } } });
    await button('Account and more').click();
    await tray.page.getByRole('menuitem', { name: 'Settings' }).click();
    const part = tray.page.getByRole('region', { name: 'Tokens in other files' });
    await part.getByRole('button', { name: 'Look for them' }).click();
    // Whose the first token is, is answered late: it has been spent when somebody presses the button.
    const isRenewal = ({ form }: LoggedRequest) => form?.['grant_type'] === 'refresh_token';
    const from = sandbox.log.length;
    const clear = sandbox.addFault({
      host: 'auth',
      path: '/v2/oauth2/userinfo',
      kind: 'slow',
      milliseconds: 2_000,
    });
    await part.getByRole('button', { name: 'Take into the vault' }).click();
    await part.getByRole('button', { name: 'Cancel: Taking it into the vault' }).click();
    await part.getByText('You stopped taking in this file').waitFor();
    clear();
    await part.getByRole('button', { name: 'Look again' }).click();
    await part.getByText('You stopped taking in this file').waitFor({ state: 'detached' });
    expect(sandbox.log.slice(from).filter(isRenewal)).toHaveLength(1);
    await part.getByRole('button', { name: 'Take into the vault' }).click();
    await part.getByText('In the vault now: Flows.').waitFor();
    expect(sandbox.log.slice(from).filter(isRenewal)).toHaveLength(2);
    expect(sandbox.log.slice(from).filter(({ unanswered }) => unanswered === true)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toContain(tokens['flows.globus.org']?.refresh_token);
  });
});
