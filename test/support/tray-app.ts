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
  /** Addresses to which a page of any session sent a request: none but those that a test makes (CHECKLIST 42). */
  requests(): Promise<string[]>;
  /** What the page’s policy forbade since it was there. */
  violations(): Promise<string[]>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface TrayAppOptions {
  args?: readonly string[];
  /** Null: the app knows none, as on a first run. */
  clientId?: string | null;
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
  await hasRun(recordMessages(app));
  await hasRun(recordRequests(app));
  await recordViolations(page);
  const requests = (): Promise<string[]> =>
    app.evaluate(() => (globalThis as { requested?: string[] }).requested ?? []);
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
    requests,
    violations: () => page.evaluate(() => (globalThis as { violations?: string[] }).violations ?? []),
    async close() {
      const sent = await requests().catch((): string[] => []);
      await app.close();
      if (sent.length > 0) throw new Error(`[C42] the page asked the network: ${sent.join(' ')}`);
    },
  };
}

export function demoArguments(sandbox: Sandbox, options: TrayAppOptions = {}): string[] {
  const { clientId = DEMO_CLIENT_ID } = options;
  return [
    `--demo=${sandbox.auth.port},${sandbox.flows.port}`,
    ...(clientId === null ? [] : [`--demo-client=${clientId}`]),
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
  let acted = false;
  // Longer than a click of Playwright's waits: what it waited for is then told by it.
  const signal = AbortSignal.timeout(35_000);
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
      watcher.on('error', reject);
      // A watcher that is aborted closes and says nothing.
      signal.addEventListener('abort', () => {
        reject(new Error(acted ? 'no address was opened' : 'what would open an address was not done'));
      });
      act().then(() => {
        acted = true;
        look();
      }, reject);
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

/**
 * What a driver runs in a busy main process can have its answer collected as garbage (playwright#33737). It has run
 * all the same, and one that answers nothing loses nothing by it.
 */
async function hasRun(run: Promise<void>): Promise<void> {
  await run.catch((error: unknown) => {
    if (!String(error).includes('was garbage collected')) throw error;
  });
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

/** Hears what leaves; what the app cancels never comes so far. */
async function recordRequests(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app: electron, session, webContents }) => {
    const requested: string[] = [];
    (globalThis as { requested?: string[] }).requested = requested;
    const watchSession = ({ webRequest }: Electron.Session): void =>
      webRequest.onSendHeaders(({ url, webContentsId }) => {
        // The page's own files come by a scheme of the app's; what the app itself asks is of no page.
        if (webContentsId !== undefined && /^(?:https?|wss?|ftp):/.test(url)) requested.push(url);
      });
    for (const one of new Set([
      session.defaultSession,
      ...webContents.getAllWebContents().map((page) => page.session),
    ]))
      watchSession(one);
    electron.on('session-created', watchSession);
  });
}

async function recordViolations(page: Page): Promise<void> {
  const listen = (): void => {
    const violations: string[] = [];
    (globalThis as { violations?: string[] }).violations = violations;
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      violations.push(`${effectiveDirective} ${blockedURI}`);
    });
  };
  await page.addInitScript(listen);
  await page.evaluate(listen);
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
