import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { spawnApp, visitConsent, type SpawnedApp } from '../support/electron-app.ts';
import { tcpListeners } from '../support/listeners.ts';
import { builtPackages, type Packages } from '../support/packages.ts';
import { until } from '../support/processes.ts';
import { browserScript, demoArguments, nextAddress, systemClipboard } from '../support/tray-app.ts';
import type { TrayHost, TrayItem } from '../support/tray-host.ts';
import { brokerListens, socketOf } from '../support/tray-rig.ts';
import { pressKeys } from '../support/x11-keys.ts';
import { pictureOf } from '../support/x11-picture.ts';
import { openX11, type X11 } from '../support/x11.ts';

const run = promisify(execFile);
/** Milliseconds. A prompt takes no key for a moment after it appeared, and nothing outside shows when that ends. */
const PATIENCE = 1_500;

let packages: Packages;
let session: DesktopSession;
let sandbox: Sandbox;
let app: SpawnedApp;
let host: TrayHost;
let item: TrayItem;
let x11: X11;

beforeAll(async () => {
  [packages, session, sandbox] = await Promise.all([builtPackages(), startDesktopSession(), startSandbox()]);
  if (session.tray === null) throw new Error('the session has no tray');
  host = session.tray;
  x11 = await openX11(session.display);
  const window = x11.nextWindow();
  app = await spawnApp(session, {
    packaged: packages.shipped,
    args: demoArguments(sandbox),
    env: { GLOBUS_TOKEN_TRAY_BROWSER: await browserScript(session) },
  });
  item = await host.waitForItem();
  await window;
});
// Nothing else looks into this app: what it says of itself is all there is to go by.
beforeEach(({ onTestFailed }) =>
  onTestFailed(async () => {
    const log = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', 'logs', 'tray.log');
    process.stderr.write(`${app.output()}${await readFile(log, 'utf8').catch(String)}`);
  }),
);
afterAll(async () => {
  await app.close();
  x11.close();
  await sandbox.close();
  await session.close();
  await packages.remove();
});

function cli(): string {
  return join(packages.shipped, 'resources', 'cli', 'globus-token');
}

function shell(): Record<string, string> {
  return { ...session.env, GLOBUS_TOKEN_SOCK: socketOf(session) };
}

/** Presses these keys in the window that has just appeared, again and again until `done`. */
async function answer(keys: readonly ('Tab' | 'Enter')[], done: () => boolean): Promise<void> {
  await until(
    'an answer to the question',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      for (const key of done() ? [] : keys) await pressKeys(session.display, [key]);
      return done() || undefined;
    },
    20_000,
  );
}

// One story: each part starts where the one before it ended. Nothing here looks into the app.
describe('the shipped package, from outside', { sequential: true }, () => {
  it('[C34] shows its window and listens on no TCP port', async () => {
    await host.waitUntil(async () => !/starting/i.test(await host.tooltip(item)));
    const colours = await until('a painted window', async () => {
      const { pixels } = await pictureOf(session.display);
      const counts = new Map<number, number>();
      for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
      // Text alone has dozens of shades at its edges; a blank window has one.
      return counts.size > 50 ? counts : undefined;
    });
    expect(Math.max(...colours.values())).toBeLessThan(1280 * 900);
    expect(await tcpListeners(app.pid)).toEqual([]);
  });

  it.each(['--inspect=0', '--inspect-brk=0', '--remote-debugging-port=0', '--js-flags=--expose-gc'])(
    '[C18] [C45] does not start with %s, and opens no port for it',
    async (argument) => {
      const refused = await spawnApp(session, { packaged: packages.shipped, args: [argument] });
      expect(await refused.exited).toBe(2);
      expect(refused.output()).toContain(`${argument} is not allowed`);
      expect(refused.output()).not.toContain('listening on ws://');
      await refused.close();
    },
  );

  it('[C1] signs in from the tray, through a consent page in a real browser', async () => {
    const url = await nextAddress(session, () => host.click(item, ['Sign in…']));
    const end = await visitConsent(url, { username: 'ada@uni.example', answer: 'allow' });
    expect(end.text).toContain('Back to Globus Token Tray');
    await host.waitUntil(async () => (await host.tooltip(item)).includes('6 scopes ready'));
  });

  it('copies a header from the tray to the clipboard that others read', async () => {
    await host.click(item, ['view_flows', 'Copy header']);
    const header = await until('the header on the clipboard', async () => {
      const text = await systemClipboard(session);
      return text.startsWith('Authorization: Bearer ') ? text : undefined;
    });
    expect(sandbox.issued).toContain(header.replace('Authorization: Bearer ', ''));
  });

  it('[C31] [C51] asks about a script, hears a key, and serves its curl and the command line inside', async () => {
    await brokerListens(session);
    const path = join(session.home, 'jobs', 'shipped.sh');
    await mkdir(dirname(path), { recursive: true });
    const url = 'http://localhost/v1/token?scope=view_flows';
    const curl = `curl -q -sS -o /dev/null --noproxy '*' --unix-socket '${socketOf(session)}' -w '%{http_code}\\n'`;
    const lines = [
      '#!/bin/sh',
      `${curl} '${url}'`,
      // Without a window manager a Tab may be lost, which makes it "once": the command line, which has nobody to ask
      // here, is refused then, and curl asks again.
      `until '${cli()}' get view_flows >got 2>/dev/null; do ${curl} '${url}' >/dev/null; done; wc -l <got`,
      `'${cli()}' curl view_flows '${sandbox.flows.origin}/flows' -q -sS -o /dev/null -w '%{http_code}\\n'`,
    ];
    await writeFile(path, `${lines.join('\n')}\nexit $?\n`);
    await chmod(path, 0o755);
    const prompt = x11.nextWindow();
    const child = spawn(path, {
      cwd: session.home,
      env: shell(),
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const ended = once(child, 'close');
    await prompt;
    // The pointer on it stands in for a window manager, which would give it the keyboard.
    x11.movePointer(640, 450);
    // Past Deny, Never and Allow once, to Allow 1 hour.
    await answer(['Tab', 'Tab', 'Tab', 'Tab', 'Enter'], () => output.includes('1'));
    await ended;
    expect(output.trim().split(/\s+/)).toEqual(['200', '1', '200']);
  });

  it('[C23] signs out by command before an uninstall, and keeps its settings while it runs', async () => {
    const forgotten = await run(cli(), ['logout', '--forget'], { env: shell() }).catch(
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(forgotten).toMatchObject({ code: 22 });
    expect(forgotten.stderr).toContain('Signed out: refresh and access tokens are revoked');
    expect(forgotten.stderr).toContain('Quit it in its menu');
    await host.waitUntil(async () => !(await host.tooltip(item)).includes('ready'));
    expect(sandbox.log.some(({ path }) => path === '/v2/oauth2/token/revoke')).toBe(true);
  });
});
