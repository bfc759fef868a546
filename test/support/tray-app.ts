import { execFile } from 'node:child_process';
import { watch } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ElectronApplication, Page } from 'playwright-core';
import { DEMO_CLIENT_ID } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import type { DesktopSession } from './desktop-session.ts';
import { launchApp } from './electron-app.ts';

const run = promisify(execFile);

export interface TrayApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Every message between page and main so far, both ways, as JSON. */
  messages(): Promise<string>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface TrayAppOptions {
  args?: readonly string[];
  clientId?: string;
  colorScheme?: 'light' | 'dark';
}

/** The built app in the demo environment, with a browser command that only writes down what it is given. */
export async function startTrayApp(
  session: DesktopSession,
  sandbox: Sandbox,
  options: TrayAppOptions = {},
): Promise<TrayApp> {
  const app = await launchApp(session, {
    args: demoArguments(sandbox, options),
    env: { GLOBUS_TOKEN_TRAY_BROWSER: await browserScript(session) },
  });
  const page = await app.firstWindow();
  if (options.colorScheme !== undefined) await page.emulateMedia({ colorScheme: options.colorScheme });
  await recordMessages(app);
  const { pid } = app.process();
  return {
    app,
    page,
    messages: () => app.evaluate(() => JSON.stringify((globalThis as { seen?: unknown[] }).seen ?? [])),
    async kill() {
      const gone = new Promise((resolve) => app.process().once('exit', resolve));
      process.kill(pid ?? 0, 'SIGKILL');
      await gone;
    },
    close: () => app.close(),
  };
}

export function demoArguments(sandbox: Sandbox, options: TrayAppOptions = {}): string[] {
  return [
    `--demo=${sandbox.auth.port},${sandbox.flows.port}`,
    `--demo-client=${options.clientId ?? DEMO_CLIENT_ID}`,
    ...(options.args ?? []),
  ];
}

/** Stands in for the system's browser: one line a call. The page is then opened in a real Chromium. */
export async function browserScript(session: DesktopSession): Promise<string> {
  const script = join(session.home, 'browser');
  const opened = openedFile(session);
  await writeFile(opened, '', { flag: 'a' });
  await writeFile(script, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${opened}'\n`);
  await chmod(script, 0o755);
  return script;
}

function openedFile(session: DesktopSession): string {
  return join(session.home, 'opened-addresses');
}

/** All addresses that the app handed to the browser, in order. */
export async function openedAddresses(session: DesktopSession): Promise<string[]> {
  return (await readFile(openedFile(session), 'utf8').catch(() => '')).split('\n').filter(Boolean);
}

/** The address that the browser gets while `act` runs, or shortly after. */
export async function nextAddress(session: DesktopSession, act: () => Promise<unknown>): Promise<string> {
  const before = (await openedAddresses(session)).length;
  const signal = AbortSignal.timeout(10_000);
  const watcher = watch(session.home, { signal });
  try {
    return await new Promise((resolve, reject) => {
      const look = (): void => {
        openedAddresses(session).then((all) => {
          const found = all[before];
          if (found !== undefined) resolve(found);
        }, reject);
      };
      watcher.on('change', look);
      watcher.on('error', () => reject(new Error('no address was opened')));
      act().then(look, reject);
    });
  } finally {
    watcher.close();
  }
}

/** What lies on the X clipboard, asked with a program that is not ours; empty when there is nothing. */
export async function systemClipboard(session: DesktopSession): Promise<string> {
  return run('xclip', ['-selection', 'clipboard', '-o'], { env: session.env })
    .then(({ stdout }) => stdout)
    .catch(() => '');
}

/** Wraps every handler and every send of the main process, so that the test sees what crosses. */
async function recordMessages(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ ipcMain, webContents }) => {
    const seen: unknown[] = [];
    (globalThis as { seen?: unknown[] }).seen = seen;
    type Handler = (event: unknown, ...args: unknown[]) => unknown;
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    for (const [name, handler] of handlers) {
      handlers.set(name, async (event, ...args) => {
        seen.push({ name, args });
        const answer = await handler(event, ...args);
        seen.push({ name, answer });
        return answer;
      });
    }
    for (const contents of webContents.getAllWebContents()) {
      const send = contents.send.bind(contents);
      contents.send = (name: string, ...args: unknown[]) => {
        seen.push({ name, args });
        send(name, ...args);
      };
    }
  });
}

/** A heap snapshot of the page as one text. */
export async function pageHeap(page: Page): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  return chunks.join('');
}
