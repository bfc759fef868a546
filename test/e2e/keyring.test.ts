import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { LoggedRequest, Sandbox } from '../sandbox/types.ts';
import {
  type DesktopSession,
  type DesktopSessionOptions,
  startDesktopSession,
} from '../support/desktop-session.ts';
import { spawnApp, visitConsent } from '../support/electron-app.ts';
import { PASSWORD } from '../support/keyring-session.ts';
import { until } from '../support/processes.ts';
import { demoArguments, nextAddress, startTrayApp, type TrayApp } from '../support/tray-app.ts';
import { openX11 } from '../support/x11.ts';
import { keyboardIsTaken, pressKeys, typeText } from '../support/x11-keys.ts';

/**
 * Milliseconds. To look whether the keyboard is taken is to take it for a moment: a question that comes in that moment
 * does not get it, and does not try again.
 */
const SELDOM = 300;

let sandbox: Sandbox;
let session: DesktopSession;
let tray: TrayApp | null = null;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
afterEach(async () => {
  sandbox.clearFaults();
  await tray?.close();
  tray = null;
  await session.close();
});

async function open(options: DesktopSessionOptions = {}): Promise<TrayApp> {
  session = await startDesktopSession(options);
  tray = await startTrayApp(session, sandbox);
  return tray;
}

async function signIn({ page }: TrayApp): Promise<void> {
  const url = await nextAddress(session, () => page.getByRole('button', { name: /^Sign in$/ }).click());
  await visitConsent(url, { username: 'ada@uni.example', answer: 'allow' });
  await page.getByRole('button', { name: 'Show my scopes' }).click();
  await ready(page);
}

const rowOf = (page: TrayApp['page']) => page.getByRole('listitem').filter({ hasText: 'view_flows' }).first();
const ready = (page: TrayApp['page']) => rowOf(page).getByText(/\d+ h/).first().waitFor();

async function secretsOnDisk(): Promise<string[]> {
  const folder = dirname(session.home);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const text = await readFile(file, 'latin1').catch(() => '');
    if (sandbox.issued.some((secret) => text.includes(secret))) found.push(file);
  }
  return found;
}

describe('the app and the keychain', () => {
  it.each(['none', 'no-collection'] as const)(
    '[C26] [C27] writes nothing and asks where to keep the sign-in when there is no keychain (%s)',
    async (keyring) => {
      const app = await open({ keyring });
      const { page } = app;
      const offer = page.getByRole('button', { name: 'Keep tokens in memory until quit' });
      await offer.waitFor();
      const signInButton = page.getByRole('button', { name: /^Sign in$/ });
      expect(await signInButton.getAttribute('aria-disabled')).toBe('true');
      await offer.click();
      await signIn(app);
      expect(await page.getByRole('banner').innerText()).toContain('memory');
      expect(await secretsOnDisk()).toEqual([]);
      await app.kill();
      tray = await startTrayApp(session, sandbox);
      await tray.page
        .getByRole('button', { name: /^Sign in( again)?$/ })
        .first()
        .waitFor();
    },
  );

  it('[C27] says locked, not signed out, when the keyring is locked at start, and goes on after unlocking', async () => {
    await signIn(await open());
    await tray?.kill();
    await session.keyring.lock();
    tray = await startTrayApp(session, sandbox);
    const { page } = tray;
    await page.getByRole('button', { name: 'Unlock…' }).waitFor();
    await rowOf(page)
      .getByText(/locked/i)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Keep tokens in memory until quit' }).count()).toBe(0);
    await session.keyring.unlock();
    await page.getByRole('button', { name: 'Unlock…' }).click();
    await ready(page);
  });

  it('[C27] has the keyring ask for its password when somebody presses Unlock, and never by itself', async () => {
    await signIn(await open());
    await tray?.kill();
    await session.keyring.lock();
    const { display } = session;
    await session.keyring.allowPrompts(display);
    tray = await startTrayApp(session, sandbox);
    const { page } = tray;
    const unlock = page.getByRole('button', { name: 'Unlock…' });
    await unlock.waitFor();
    const x11 = await openX11(display);
    onTestFinished(() => x11.close());
    const asked = async (act: () => Promise<void>) => {
      const shown = x11.nextWindow({ milliseconds: 15_000 });
      await act();
      await shown;
      await until('the question', async () => {
        await delay(SELDOM);
        return (await keyboardIsTaken(display)) || undefined;
      });
    };
    expect(await keyboardIsTaken(display)).toBe(false);

    await asked(() => unlock.click());
    // Nobody has to wait for the answer; the question itself stays, and is not put a second time.
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    await unlock.click();
    const waiting = page.getByText('Waiting for the keychain');
    await waiting.waitFor();
    await pressKeys(display, ['Escape']);
    await until('the end of the question', async () => !(await keyboardIsTaken(display)) || undefined);
    await waiting.waitFor({ state: 'hidden' });
    await rowOf(page)
      .getByText(/locked/i)
      .first()
      .waitFor();

    await asked(() => unlock.click());
    await typeText(display, PASSWORD);
    await pressKeys(display, ['Enter']);
    await ready(page);
  });

  it('[C26] [C59] offers no place but the keychain that holds the sign-in when its service is gone', async () => {
    await signIn(await open());
    await tray?.kill();
    await session.keyring.kill();
    tray = await startTrayApp(session, sandbox);
    const { page } = tray;
    await page.getByRole('button', { name: 'Try the keychain again' }).waitFor();
    expect(await page.getByRole('button', { name: 'Keep tokens in memory until quit' }).count()).toBe(0);
    expect(await page.getByRole('main').innerText()).not.toMatch(/in memory/);
    await session.keyring.start();
    await page.getByRole('button', { name: 'Try the keychain again' }).click();
    await ready(page);
  });

  it('[C27] keeps answering with the token in memory while the keyring hangs', async () => {
    const app = await open();
    await signIn(app);
    session.keyring.stop();
    try {
      await rowOf(app.page).hover();
      await rowOf(app.page)
        .getByRole('button', { name: /Copy curl/ })
        .click();
      await app.page
        .getByText(/Copied curl for/)
        .first()
        .waitFor({ timeout: 2_000 });
    } finally {
      session.keyring.continue();
    }
  });

  it('[C22] survives SIGKILL at every step of a refresh: the next start is signed in', async () => {
    await signIn(await open());
    await tray?.kill();
    tray = null;
    const isRefresh = (line: LoggedRequest) => line.form?.['grant_type'] === 'refresh_token';
    for (const milliseconds of [0, 1, 5, 20, 60, 150]) {
      // The answer takes a while, so that the kill falls before, within and after it.
      sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'slow', milliseconds: 20 });
      const from = sandbox.log.length;
      const app = await spawnApp(session, { args: demoArguments(sandbox, { args: ['--hidden'] }) });
      await sandbox.waitForRequest(isRefresh, from);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      process.kill(app.pid, 'SIGKILL');
      await app.exited;
      await app.close();
      sandbox.clearFaults();
    }
    tray = await startTrayApp(session, sandbox);
    await ready(tray.page);
    expect(await secretsOnDisk()).toEqual([]);
  });
});
