import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import {
  type DesktopSession,
  type DesktopSessionOptions,
  startDesktopSession,
} from '../support/desktop-session.ts';
import { launchApp, spawnApp, visitConsent } from '../support/electron-app.ts';
import { inBothThemes } from '../support/pictures.ts';
import { until } from '../support/processes.ts';
import { demoArguments, nextAddress, startTrayApp, type TrayApp } from '../support/tray-app.ts';

const SHARP = '--force-device-scale-factor=2';
/** In which a window of twice the pixels has its usual size. */
const SCREEN = { width: 2400, height: 1800 };

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession({ screen: SCREEN }), startSandbox()]);
  tray = await startTrayApp(session, sandbox, { args: [SHARP] });
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

const button = (name: string | RegExp) => tray.page.getByRole('button', { name });
const heading = (name: string | RegExp) => tray.page.getByRole('heading', { name });

/** One picture in each theme. An empty page is small. */
async function picture(name: string, page: Page = tray.page): Promise<void> {
  for (const image of await inBothThemes(page, name)) expect(image.length).toBeGreaterThan(20_000);
}

async function signIn(answer: 'allow' | 'deny'): Promise<void> {
  const url = await nextAddress(session, () => button(/^Sign in$/).click());
  await visitConsent(url, { username: 'ada@uni.example', answer });
}

async function fromMenu(item: string | RegExp): Promise<void> {
  await button('Account and more').click();
  await tray.page.getByRole('menuitem', { name: item }).click();
}

async function tooltipSays(text: string): Promise<void> {
  const item = await session.tray?.waitForItem();
  if (item === undefined) throw new Error('no tray');
  await session.tray?.waitUntil(async () => ((await session.tray?.tooltip(item)) ?? '').includes(text));
}

/** Another start of the app, on a desktop of its own. */
async function elsewhere(
  options: DesktopSessionOptions,
  args: readonly string[],
  use: (page: Page, app: ElectronApplication) => Promise<void>,
): Promise<void> {
  const other = await startDesktopSession({ screen: SCREEN, ...options });
  try {
    const app = await launchApp(other, { args: [SHARP, ...args] });
    await use(await app.firstWindow(), app);
    await app.close();
  } finally {
    await other.close();
  }
}

// One story: each part starts where the one before it ended.
describe('pictures of the real app', { sequential: true }, () => {
  it('signed out', async () => {
    await button(/^Sign in$/).waitFor();
    await picture('signed-out');
  });

  it('waiting for the browser, and for a code', async () => {
    await nextAddress(session, () => button(/^Sign in$/).click());
    await button('Cancel').waitFor();
    await picture('waiting');
    await button('Paste a code instead').click();
    await tray.page.getByRole('textbox').waitFor();
    await picture('paste');
    await button('Cancel').click();
    await button(/^Sign in$/).waitFor();
  });

  it('error', async () => {
    await signIn('deny');
    await button('Try again').waitFor();
    await picture('error');
    await button('Back').click();
  });

  it('signed in', async () => {
    await signIn('allow');
    await button('Show my scopes').waitFor();
    await picture('summary');
    await button('Show my scopes').click();
    const row = tray.page.getByRole('listitem').filter({ hasText: 'view_flows' }).first();
    await row.getByText(/\d+ h/).first().waitFor();
    await row.hover();
    await picture('signed-in');
  });

  it('detail of a row, with a copy on the clipboard', async () => {
    await session.tray?.click(await session.tray.waitForItem(), ['run_status', 'Copy curl']);
    await tray.page
      .getByText(/Copied curl for/)
      .first()
      .waitFor();
    await tray.page.keyboard.press('ArrowDown');
    await tray.page.keyboard.press('Enter');
    await picture('detail');
    await tray.page.keyboard.press('Escape');
  });

  it('dialogs: adding a scope, the keys', async () => {
    await button('Add a scope or a flow').click();
    await tray.page.getByRole('dialog').waitFor();
    await picture('add');
    await tray.page.keyboard.press('Escape');
    await tray.page.getByRole('dialog').waitFor({ state: 'detached' });
    await tray.page.keyboard.press('?');
    await tray.page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await picture('keys');
    await tray.page.keyboard.press('Escape');
    await tray.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('what takes long: a search for flows that Globus does not answer yet', async () => {
    const clear = sandbox.addFault({ host: 'flows', path: '/flows', kind: 'slow', milliseconds: 600_000 });
    await button('Add a scope or a flow').click();
    const dialog = tray.page.getByRole('dialog');
    await dialog.getByRole('group', { name: 'What to add' }).getByText('Flows').click();
    await dialog.getByRole('searchbox').fill('move');
    await tray.page.keyboard.press('Enter');
    await button('Cancel: Asking Globus').waitFor();
    await picture('searching');
    await button('Cancel: Asking Globus').click();
    clear();
    await tray.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('approvals, audit, settings, forecast', async () => {
    for (const name of ['Approvals', 'Audit']) {
      await button(name).click();
      await heading(name).waitFor();
      await picture(name.toLowerCase());
    }
    await fromMenu('Settings');
    await heading('Settings').waitFor();
    await picture('settings');
    await fromMenu('Will the tokens last?');
    await heading(/last/).waitFor();
    await picture('forecast');
    await tray.page.keyboard.press('Escape');
    await heading('Scopes').waitFor();
  });

  it('palette', async () => {
    const second = await spawnApp(session, { args: [...demoArguments(sandbox), SHARP, '--palette'] });
    await second.exited;
    const palette = await until('the palette', () =>
      Promise.resolve(tray.app.windows().find((page) => page.url().endsWith('/palette.html'))),
    );
    await palette.getByRole('combobox').fill('run');
    await palette.getByRole('option', { name: /run_status/ }).waitFor();
    await picture('palette', palette);
    await palette.keyboard.press('Escape');
    await palette.keyboard.press('Escape');
  });

  it('locked', async () => {
    await button('Lock now').click();
    await button('Unlock').first().waitFor();
    await picture('locked');
    await button('Unlock').first().click();
    await tray.page.getByText(/\d+ h/).first().waitFor();
  });

  it('expiring', async () => {
    // A life this short counts as expiring from the first second; renewals are refused while we look.
    sandbox.accessTokenSeconds = 66;
    const clear = sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'slow', milliseconds: 1 });
    await session.tray?.click(await session.tray.waitForItem(), ['view_flows', 'Renew']);
    await tooltipSays('expiring');
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 503 });
    await picture('expiring');
    clear();
  });

  it('first run', async () => {
    const args = [`--demo=${sandbox.auth.port},${sandbox.flows.port}`];
    await elsewhere({}, args, async (page) => {
      await page.getByRole('textbox', { name: 'Client ID' }).waitFor();
      await picture('first-run', page);
    });
  });

  it.each([
    ['none', 'Try the keychain again'],
    ['locked', 'Unlock…'],
  ] as const)('keychain: %s', async (keyring, button) => {
    await elsewhere({ keyring }, demoArguments(sandbox), async (page) => {
      await page.getByRole('button', { name: button }).waitFor();
      await picture(`keychain-${keyring}`, page);
    });
  });
});
