import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowScope } from '../../main/globus/flow-scope.ts';
import { INACTIVE_RUN_ID, TRANSFER_FLOW_ID } from '../sandbox/flows/seed.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { LoggedRequest, Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { nextAddress, pageHeap, startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';

const run = promisify(execFile);
const ADA = { username: 'ada@uni.example', answer: 'allow' } as const;
const SCOPE = flowScope(TRANSFER_FLOW_ID);

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

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

/** Presses what leads to the browser, and allows there. */
async function allowAfter(press: () => Promise<unknown>, who: Parameters<typeof visitConsent>[1] = ADA) {
  await visitConsent(await nextAddress(session, press), who);
}

/** Back from the summary of a sign-in to the list. */
async function toTheList(): Promise<void> {
  await button('Show my scopes').click();
  await tray.page.getByRole('search').waitFor();
}

/** Opens the row of a scope; its details. */
async function open(scope: string, name: string): Promise<Locator> {
  const row = tray.page.locator(`li[data-scope="${scope}"]`);
  const opener = row.locator('[data-opener]');
  if ((await opener.getAttribute('aria-expanded')) !== 'true') await opener.click();
  const detail = row.getByRole('group', { name: `${name} in detail` });
  await detail.waitFor();
  return detail;
}

function authorizations(): LoggedRequest[] {
  return sandbox.log.filter(({ path, method }) => path === '/v2/oauth2/authorize' && method === 'GET');
}

async function fullScope(name: string): Promise<string> {
  const row = tray.page.locator('li[data-scope]', { has: tray.page.getByText(name, { exact: true }) });
  return (await row.first().getAttribute('data-scope')) ?? '';
}

// One story: each part starts where the one before it ended.
describe('every scope and every flow', { sequential: true }, () => {
  it('gives one scope a token that can do nothing else, in a trip for that scope alone', async () => {
    await allowAfter(() => button(/^Sign in$/).click());
    await toTheList();
    const scope = await fullScope('view_flows');
    const detail = await open(scope, 'view_flows');
    await detail.getByRole('button', { name: 'Give view_flows its own…' }).click();
    await allowAfter(() => button('Isolate').click());
    await toTheList();
    await (await open(scope, 'view_flows')).getByText('This token can do nothing else.').waitFor();
    const asked = authorizations().at(-1)?.query['scope']?.split(' ').sort();
    expect(asked).toEqual([scope, 'openid'].sort());
  });

  it('[C19] calls a request from the window: status, time, and an answer without a token', async () => {
    const detail = await open(await fullScope('view_flows'), 'view_flows');
    await detail.getByRole('button', { name: /^Test call/ }).click();
    await detail.getByText('Status 200').waitFor();
    expect(await detail.getByRole('region', { name: 'Answer, tokens masked' }).innerText()).toContain(
      '"flows"',
    );
  });

  it('finds a flow by words, adds it, and signs in for its own scope', async () => {
    await button('Add a scope or a flow').click();
    await tray.page.getByRole('group', { name: 'What to add' }).getByText('Flows').click();
    await tray.page.getByRole('searchbox', { name: /^Flow ID/ }).fill('transfer');
    await button('Search').click();
    await button('Add Multi Step Transfer').click();
    await button('Done').click();
    const row = tray.page.locator(`li[data-scope="${SCOPE}"]`);
    await row.waitFor();
    await row.getByRole('button', { name: /^(?:Review consent|Sign in) for/ }).click();
    await allowAfter(() =>
      tray.page
        .getByRole('button', { name: /^Sign in/ })
        .last()
        .click(),
    );
    await toTheList();
    await row.getByRole('button', { name: /^Copy curl/ }).waitFor();
  });

  it('shows the run that waits for a consent, gets it, and resumes it with the copied command', async () => {
    const name = (await tray.page.locator(`li[data-scope="${SCOPE}"] .name`).innerText()).trim();
    const row = tray.page.locator(`li[data-scope="${SCOPE}"]`);
    await row.locator('[data-opener]').click();
    expect(name).toBe('Multi Step Transfer');
    await row.getByRole('button', { name: 'Show recent runs' }).click();
    await row.getByText('INACTIVE').first().waitFor();
    await allowAfter(() =>
      row
        .getByRole('button', { name: /^Allow .* for the run/ })
        .first()
        .click(),
    );
    await toTheList();
    const request = row.getByRole('combobox', { name: 'Request' });
    if (!(await request.isVisible())) await row.locator('[data-opener]').click();
    await request.selectOption('flow-resume');
    await row.getByRole('textbox', { name: /run/i }).fill(INACTIVE_RUN_ID);
    await row.getByRole('combobox', { name: 'How it gets the token' }).selectOption('literal');
    await row.getByRole('button', { name: /^Copy curl/ }).click();
    await expect.poll(() => systemClipboard(session)).toContain(`/runs/${INACTIVE_RUN_ID}/resume`);
    const { stdout } = await run('sh', ['-c', `${await systemClipboard(session)} -w '\\n%{http_code}'`]);
    expect(stdout).toMatch(/\n200$/);
    sandbox.clock.advance(10 * 60_000);
    await row.getByRole('button', { name: 'Read runs again' }).click();
    await row.getByText('SUCCEEDED').first().waitFor();
  });

  it('[C13] keeps a second account beside the first and switches between them', async () => {
    await button(/^Accounts:/).click();
    await allowAfter(() => tray.page.getByRole('menuitem', { name: 'Add an account…' }).click(), {
      username: 'grace@lab.example',
      answer: 'allow',
    });
    await toTheList();
    await button(/^Accounts: .*/).click();
    await tray.page.getByRole('menuitemradio', { name: /Ada Sandbox/ }).click();
    await button(/^Accounts: Ada Sandbox/).waitFor();
    await button(/^Accounts:/).click();
    expect(await tray.page.getByRole('menuitemradio').count()).toBe(2);
    await tray.page.keyboard.press('Escape');
  });

  it('[C47] has sent no token to the page: not in any message, not in its memory', async () => {
    const [messages, heap] = await Promise.all([tray.messages(), pageHeap(tray.page)]);
    expect(sandbox.issued.length).toBeGreaterThan(10);
    for (const secret of sandbox.issued) {
      expect(messages.includes(secret)).toBe(false);
      expect(heap.includes(secret)).toBe(false);
    }
  });
});
