import './host/umask.ts';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { app, dialog, protocol } from 'electron';
import { startedAtLogin } from './desktop/autostart-login-item.ts';
import { earlyTray } from './desktop/early-tray.ts';
import { setupIdentity } from './desktop/identity.ts';
import { displayOf, elsewhereText } from './desktop/open-elsewhere.ts';
import { PAGE_SCHEME } from './desktop/page-protocol.ts';
import { hardenContents } from './desktop/security.ts';
import {
  asksForPalette,
  parseStartOptions,
  refusedSwitch,
  type StartOptions,
} from './desktop/start-options.ts';
import { drawingFacts, drawsOnWayland } from './desktop/wayland.ts';
import { StartRefused, cleanEnvironment } from './host/start.ts';
import { readNote } from './session/locks/note.ts';

/** Milliseconds; the icon is registered within 10 to 20 of them here. */
const TRAY_HEAD_START = 30;

/** Most of the code. A start with a window loads it while Electron gets ready. */
function loadDesktop() {
  return import('./desktop/desktop.ts');
}
type DesktopCode = ReturnType<typeof loadDesktop>;

/** What comes before Electron is ready, in this order; the rest of the start is in desktop/desktop.ts. */
function main(): void {
  cleanEnvironment(process.env);
  const options = setupOptions();
  const folder = setupIdentity(app, options);
  if (!setupSingleInstance(folder, options)) return;
  setupPageScheme();
  setupDrawing();
  hardenContents(app);
  // Not awaited at top level: an ES-module main that awaits readiness while loading never becomes ready.
  const code = options.hidden ? null : loadDesktop();
  // A failure is told where it is awaited.
  code?.catch(() => undefined);
  void app.whenReady().then(() => {
    const hidden = options.hidden || startedAtLogin(app, process.platform);
    return setupDesktop({ ...options, hidden }, folder, code);
  });
}

function setupOptions(): StartOptions {
  const refused = refusedSwitch(process.argv, app.isPackaged);
  if (refused !== null) throw new StartRefused(`${refused} is not allowed`);
  return parseStartOptions(process.argv);
}

/** One app per data folder. A second start hands over to the first, which shows what is asked for (CHECKLIST 56). */
function setupSingleInstance(folder: string, { hidden }: StartOptions): boolean {
  if (app.requestSingleInstanceLock()) return true;
  const note = readNote(join(folder, 'locks', 'agent.lock'));
  const text = elsewhereText(note, { ...displayOf(process.env), host: hostname() });
  // A login that starts it hidden is no question to be answered.
  if (text === null || hidden) app.quit();
  else void app.whenReady().then(() => tellElsewhere(text));
  return false;
}

async function tellElsewhere(text: { message: string; detail: string }): Promise<void> {
  process.stderr.write(`globus-token-tray: ${text.message}. ${text.detail}\n`);
  await dialog.showMessageBox({ type: 'info', title: app.getName(), buttons: ['OK'], ...text });
  app.quit();
}

/** `standard` gives the page an origin of its own, `secure` makes that a trustworthy one. */
function setupPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: false } },
  ]);
}

/**
 * Under Wayland a window that is shown while Chromium finds out that there is no graphics card stays away for good
 * (electron#48321). Ours are small and nearly still: they lose nothing that can be seen without one.
 */
function setupDrawing(): void {
  if (drawsOnWayland(drawingFacts(app))) app.disableHardwareAcceleration();
}

/** A hidden start shows its icon before anything else, any other its window. */
async function setupDesktop(options: StartOptions, folder: string, code: DesktopCode | null): Promise<void> {
  try {
    const icons = join(import.meta.dirname, '..', '..', 'assets', 'generated');
    const tray = options.hidden ? earlyTray(icons) : null;
    // The icon is all there is to see of a hidden start, and it reaches the panel by messages that this thread
    // sends: loading, which blocks it, waits for them.
    if (options.hidden) await delay(TRAY_HEAD_START);
    const { createDesktop } = await (code ?? loadDesktop());
    const desktop = createDesktop(options, folder, tray);
    app.on('second-instance', (_event, argv) => {
      if (asksForPalette(argv)) desktop.openPalette();
      else desktop.open();
    });
    app.on('activate', desktop.open);
    desktop.start();
  } catch (error) {
    fail(error);
  }
}

/** A start that went wrong says so on stderr; there is no window yet to say it in. */
function fail(error: unknown): void {
  const refused = error instanceof StartRefused;
  const text = refused ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`globus-token-tray: ${text}\n`);
  app.exit(refused ? 2 : 1);
}

try {
  main();
} catch (error) {
  fail(error);
}
