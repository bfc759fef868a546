import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import type { Bridge, CallName, Calls } from '../../preload/contract.ts';
import { APP_FOLDER, electronCommand } from './app-command.ts';
import type { DesktopSession } from './desktop-session.ts';
import { DIST } from '../../scripts/build.mjs';
import type { ReleaseKey } from './update-feed.ts';

export interface UpdatingApp {
  readonly app: ElectronApplication;
  /** Calls main as the page does. */
  call<N extends CallName>(name: N, request: Calls[N]['request']): Promise<Calls[N]['answer']>;
  /** The file that it takes for the AppImage that it runs from. */
  readonly image: string;
  /** Its data folder, its log. */
  readonly data: string;
  log(): Promise<string>;
  close(): Promise<void>;
}

/** An app folder for Electron. */
export interface UpdatingBuild {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * The app with a feed and a key compiled in, as only a build can have them: the main bundle is made for this test, the
 * others are as they are.
 */
export async function buildUpdatingApp(feed: string, key: ReleaseKey): Promise<UpdatingBuild> {
  const cache = join(APP_FOLDER, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  // Below the root, where the native modules are found.
  const folder = await mkdtemp(join(cache, 'updating-app-'));
  await buildMain(join(folder, 'dist'), feed, key);
  for (const bundle of ['preload', 'renderer', 'cli']) {
    await symlink(join(DIST, bundle), join(folder, 'dist', bundle));
  }
  await symlink(join(APP_FOLDER, 'assets'), join(folder, 'assets'));
  const { name, version, type, main } = JSON.parse(
    await readFile(join(APP_FOLDER, 'package.json'), 'utf8'),
  ) as Record<string, string>;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version, type, main }));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts it in real Electron, as if from an AppImage, which is a script that fails. */
export async function startUpdatingApp(
  session: DesktopSession,
  { folder }: UpdatingBuild,
): Promise<UpdatingApp> {
  const { executable, words } = await electronCommand(folder);
  const image = join(session.home, 'Applications', 'Globus Token Tray-0.1.0.AppImage');
  await mkdir(dirname(image), { recursive: true });
  await writeFile(image, '#!/bin/sh\nexit 1\n');
  await chmod(image, 0o755);
  const data = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray');
  const app = await _electron.launch({
    executablePath: executable,
    args: [...words],
    // As an AppImage's own start sets them.
    env: { ...session.env, APPIMAGE: image, APPDIR: dirname(executable) },
    timeout: 30_000,
  });
  session.adopt(app.process().pid ?? 0);
  const page = await app.firstWindow();
  return {
    app,
    call: (name, request) =>
      page.evaluate(([called, asked]) => (window as unknown as { tray: Bridge }).tray.call(called, asked), [
        name,
        request,
      ] as const),
    image,
    data,
    log: () => readFile(join(data, 'logs', 'tray.log'), 'utf8'),
    close: () => app.close().catch(() => undefined),
  };
}

async function buildMain(dist: string, feed: string, key: ReleaseKey): Promise<void> {
  const env = {
    ...process.env,
    DIST: dist,
    GLOBUS_TRAY_UPDATE_FEED: feed,
    GLOBUS_TRAY_UPDATE_KEY: key.publicText,
  };
  const child = spawn(process.execPath, [join(APP_FOLDER, 'scripts', 'build.mjs'), 'main'], { env });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the build failed: ${said}`);
}
