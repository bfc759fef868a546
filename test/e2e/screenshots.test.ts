import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { PICTURES } from '../support/pictures.ts';
import { nextAddress, startTrayApp, type TrayApp } from '../support/tray-app.ts';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox, { args: ['--force-device-scale-factor=2'] });
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

const button = (name: string | RegExp) => tray.page.getByRole('button', { name });

/** One picture in each theme. */
async function picture(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await tray.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const image = await tray.page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
    expect(image.length).toBeGreaterThan(20_000);
  }
}

async function signIn(answer: 'allow' | 'deny'): Promise<void> {
  const url = await nextAddress(session, () => button(/^Sign in$/).click());
  await visitConsent(url, { username: 'ada@uni.example', answer });
}

describe('pictures of the real app', { sequential: true }, () => {
  it('signed out', async () => {
    await button(/^Sign in$/).waitFor();
    await picture('signed-out');
  });

  it('waiting for the browser', async () => {
    await nextAddress(session, () => button(/^Sign in$/).click());
    await button('Cancel').waitFor();
    await picture('waiting');
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

  it('expiring', async () => {
    // A life this short counts as expiring from the first second; renewals are refused while we look.
    sandbox.accessTokenSeconds = 66;
    const item = await session.tray?.waitForItem();
    if (item === undefined) throw new Error('no tray');
    const clear = sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'slow', milliseconds: 1 });
    await session.tray?.click(item, ['view_flows', 'Renew']);
    await session.tray?.waitUntil(async () =>
      ((await session.tray?.tooltip(item)) ?? '').includes('expiring'),
    );
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 503 });
    await picture('expiring');
    clear();
  });
});
