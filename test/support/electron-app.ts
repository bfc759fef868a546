import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { _electron, chromium, type ElectronApplication, type Page } from 'playwright-core';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import type { DesktopSession } from './desktop-session.ts';

export const APP_FOLDER = join(import.meta.dirname, '..', '..');
/** Chromium's process sandbox needs a user namespace that root has not; the pages' own sandbox stays on. */
export const SANDBOX_ARGUMENTS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const CHROMIUM = '/usr/bin/chromium';

export interface AppOptions {
  /** After the app folder: `--demo=<auth>,<flows>`, `--hidden`. */
  args?: readonly string[];
  /** On top of the session's. */
  env?: Record<string, string>;
  /** The folder with package.json; default: this app, which must have been built. */
  folder?: string;
}

/** Starts the built app under Playwright. It opens a debugging port: not for looking at listeners. */
export async function launchApp(
  session: DesktopSession,
  options: AppOptions = {},
): Promise<ElectronApplication> {
  const { executable } = await resolveElectron({ allowTestRuntime: true });
  const app = await _electron.launch({
    executablePath: executable,
    args: [...SANDBOX_ARGUMENTS, options.folder ?? APP_FOLDER, ...(options.args ?? [])],
    env: { ...session.env, ...options.env },
    timeout: 30_000,
  });
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
  /** A packaged app; it takes no app folder. */
  executable?: string;
}

/** Starts the app as a user does, with no driver attached. */
export async function spawnApp(session: DesktopSession, options: SpawnOptions = {}): Promise<SpawnedApp> {
  const packaged = options.executable !== undefined;
  const executable = options.executable ?? (await resolveElectron({ allowTestRuntime: true })).executable;
  const child = spawn(
    executable,
    [...SANDBOX_ARGUMENTS, ...(packaged ? [] : [options.folder ?? APP_FOLDER]), ...(options.args ?? [])],
    { env: { ...session.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  session.adopt(pid);
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

/** Opens a URL in Debian's Chromium with a profile of its own and hands its page to `use`. */
export async function withChromium<T>(url: string, use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
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
