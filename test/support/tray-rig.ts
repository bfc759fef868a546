import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import type { CallName, Calls } from '../../preload/contract.ts';
import type { Sandbox } from '../sandbox/types.ts';
import type { DesktopSession } from './desktop-session.ts';
import { visitConsent } from './electron-app.ts';
import { until } from './processes.ts';
import { nextAddress, type TrayApp } from './tray-app.ts';
import type { TrayHost, TrayItem } from './tray-host.ts';
import type { TrayMenuNode } from './tray-menu.ts';

/** What the page can ask of the app, asked from there. */
export function call<N extends CallName>(
  { page }: Pick<TrayApp, 'page'>,
  name: N,
  request: Calls[N]['request'],
): Promise<unknown> {
  return page.evaluate(
    ([to, what]) => {
      type Bridge = { call: (name: string, request: unknown) => Promise<unknown> };
      return (window as unknown as { tray: Bridge }).tray.call(to, what);
    },
    [name, request] as const,
  );
}

/** A person signs in at the sandbox, and the broker listens. */
export async function signInFully(session: DesktopSession, tray: TrayApp): Promise<void> {
  const button = (name: string | RegExp) => tray.page.getByRole('button', { name });
  const url = await nextAddress(session, () => button(/^Sign in$/).click());
  await visitConsent(url, { username: 'ada@uni.example', answer: 'allow' });
  await button('Show my scopes').click();
  await brokerListens(session);
}

export function socketOf(session: DesktopSession): string {
  return join(session.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token-demo', 'broker.sock');
}

export async function brokerListens(session: DesktopSession): Promise<void> {
  await until('the broker', () => stat(socketOf(session)).catch(() => undefined));
}

/** A shell script of the user's that asks the broker for a token. Resolves with the HTTP status. */
export async function runScript(session: DesktopSession, name: string, scope: string): Promise<number> {
  const path = join(session.home, 'jobs', name);
  await mkdir(dirname(path), { recursive: true });
  const url = `http://localhost/v1/token?scope=${scope}`;
  const curl = `curl -q -sS -o /dev/null --noproxy '*' --unix-socket '${socketOf(session)}' -w '%{http_code}'`;
  // Two commands, or the shell would become curl and nothing would be left to ask about.
  await writeFile(path, `#!/bin/sh\n${curl} '${url}'\nexit $?\n`);
  await chmod(path, 0o755);
  const child = spawn(path, { env: session.env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return Number(output);
}

/** Asks the broker itself, as the CLI does. */
export async function post(session: DesktopSession, path: string): Promise<void> {
  const target = ['-X', 'POST', `http://localhost${path}`];
  const child = spawn(
    'curl',
    ['-q', '-sS', '-o', '/dev/null', '--unix-socket', socketOf(session), ...target],
    {
      env: session.env,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await once(child, 'close');
}

/** Every window of the app is closed; it lives on in the tray. */
export async function closeWindows(app: ElectronApplication): Promise<void> {
  await app.evaluate(async ({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) {
      const closed = new Promise<void>((resolve) => {
        window.once('closed', () => {
          resolve();
        });
      });
      window.close();
      await closed;
    }
  });
}

/** The menu as text: submenus indented, `(off)` what cannot be chosen. */
export async function printedMenu(host: TrayHost, item: TrayItem): Promise<string[]> {
  const lines = (node: TrayMenuNode, indent: string): string[] =>
    node.children.flatMap((child) => [
      `${indent}${child.type === 'separator' ? '--' : child.label}${child.enabled ? '' : ' (off)'}`,
      ...lines(child, `${indent}  `),
    ]);
  return lines(await host.menu(item), '');
}

/** No token, refresh token or code that was ever issued is in the text. */
export function secretsIn(sandbox: Sandbox, text: string): number {
  if (sandbox.issued.length === 0) throw new Error('nothing was issued yet');
  return sandbox.issued.filter((secret) => text.includes(secret)).length;
}

export const PALETTE = 'app://tray/palette.html';

/** The palette's page, once it is there. */
export function palettePage(app: ElectronApplication): Promise<Page> {
  return until('the palette', () =>
    Promise.resolve(app.windows().find((page) => page.url().startsWith(PALETTE))),
  );
}
