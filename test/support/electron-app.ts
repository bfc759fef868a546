import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { _electron, chromium, type ElectronApplication, type Page } from 'playwright-core';
import { testBrowser } from '../../scripts/test-browser.mjs';
import {
  appCommand,
  electronCommand,
  packagedCommand,
  SANDBOX_ARGUMENTS,
  type AppCommand,
} from './app-command.ts';
import type { DesktopSession } from './desktop-session.ts';
import { driveable } from './packaged-driver.ts';

export interface AppOptions {
  /** After the app folder: `--demo=<auth>,<flows>`, `--hidden`. */
  args?: readonly string[];
  /** On top of the session's. */
  env?: Record<string, string>;
}

/** Starts the app under test with Playwright. It opens a debugging port: not for looking at listeners. */
export async function launchApp(
  session: DesktopSession,
  options: AppOptions = {},
): Promise<ElectronApplication> {
  const { executable, words, packaged } = await appCommand();
  const driver = packaged ? await driveable(executable, session.home) : null;
  const launched = _electron.launch({
    executablePath: driver?.executable ?? executable,
    args: [...words, ...(options.args ?? [])],
    env: { ...session.env, ...options.env },
    timeout: 30_000,
  });
  const [app] = await Promise.all([launched, driver?.letGo()]);
  session.adopt(app.process().pid ?? 0);
  return app;
}

export interface SpawnedApp {
  readonly pid: number;
  /** Exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  output(): string;
  /** Asks the app and all its processes to end, then makes them. */
  close(): Promise<void>;
}

export interface SpawnOptions extends AppOptions {
  /** Not the app under test: another one for Electron to run, with its package.json. */
  folder?: string;
  /** Not the app under test: the package in this folder. */
  packaged?: string;
  /** Program and arguments that become the app: `unshare --net`. They keep their pid. */
  by?: readonly string[];
  /** With Node's inspector open for the main process (`main-inspector.ts`). */
  inspected?: boolean;
}

/** Starts the app as a user does, with no driver attached. */
export async function spawnApp(session: DesktopSession, options: SpawnOptions = {}): Promise<SpawnedApp> {
  const { executable, words, packaged } = await commandOf(options);
  const inspected = options.inspected === true;
  const driver = inspected && packaged ? await driveable(executable, session.home) : null;
  const inspector = inspected && !packaged ? ['--inspect=0'] : [];
  const [program = '', ...before] = [...(options.by ?? []), driver?.executable ?? executable];
  const child = spawn(program, [...before, ...words, ...(options.args ?? []), ...inspector], {
    env: { ...session.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  session.adopt(pid);
  await driver?.letGo();
  return {
    pid,
    exited,
    output: () => output,
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const limit = setTimeout(() => signalGroup(pid), 3_000);
      await exited;
      clearTimeout(limit);
      signalGroup(pid);
    },
  };
}

function commandOf({ folder, packaged }: SpawnOptions): Promise<AppCommand> | AppCommand {
  if (packaged !== undefined) return packagedCommand(packaged);
  return folder === undefined ? appCommand() : electronCommand(folder);
}

function signalGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group is gone already.
  }
}

export interface Visit {
  /** Who signs in: the part after `user-` in the sandbox's `data-test`. */
  username: string;
  answer: 'allow' | 'deny';
}

/** Opens a URL in a Chromium with a profile of its own and hands its page to `use`. */
export async function withChromium<T>(url: string, use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({
    executablePath: await testBrowser(),
    headless: true,
    args: [
      ...SANDBOX_ARGUMENTS,
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return await use(page);
  } finally {
    await browser.close();
  }
}

/**
 * A person in a browser: logs in at the sandbox and answers its consent page.
 *
 * @returns what the last page says, and its address.
 */
export async function visitConsent(url: string, visit: Visit): Promise<{ url: string; text: string }> {
  return withChromium(url, async (page) => {
    const user = page.locator(`[data-test="user-${visit.username}"]`);
    const answer = page.locator(`[data-test="${visit.answer}"]`);
    // A remembered login goes straight to consent.
    await user.or(answer).first().waitFor();
    if (await user.isVisible()) await user.click();
    await answer.click();
    await page.waitForLoadState();
    return { url: page.url(), text: await page.locator('body').innerText() };
  });
}
