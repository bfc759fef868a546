import { homedir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { APP_ID } from '../host/app-id.ts';
import { noAutostart, type Autostart } from './autostart.ts';
import { linuxAutostart } from './autostart-linux.ts';
import { loginItemAutostart } from './autostart-login-item.ts';
import { flatpakOf, ownPackage } from './own-package.ts';

export interface AutostartParts {
  app: Pick<App, 'isPackaged' | 'getLoginItemSettings' | 'setLoginItemSettings'>;
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** The running program. */
  program: string;
  demo: boolean;
}

/** The way of this system, for this way of being installed. */
export function setupAutostart({ app, platform, env, program, demo }: AutostartParts): Autostart {
  if (demo) return noAutostart('The demo is started by its command alone.');
  if (!app.isPackaged)
    return noAutostart('This is a development build: only an installed app can be started so.');
  if (platform === 'darwin' || platform === 'win32') return loginItemAutostart(app, platform, program);
  const flatpak = flatpakOf(env, program);
  if (flatpak !== null) {
    return noAutostart(
      `A Flatpak may not change what the session starts. Let your desktop’s settings start: flatpak run ${flatpak} --hidden`,
    );
  }
  const own = ownPackage(env, program);
  if (own.kind === 'boxed') {
    return noAutostart('This package may not change what the session starts: your system’s settings can.');
  }
  return linuxAutostart({
    // The mounted program of an AppImage is gone with it; the file itself stays.
    program: own.kind === 'app-image' ? own.file : program,
    id: APP_ID.real,
    folder: join(absolute(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config'), 'autostart'),
    shared: (env['XDG_CONFIG_DIRS'] || '/etc/xdg')
      .split(':')
      .filter((folder) => absolute(folder) !== undefined)
      .map((folder) => join(folder, 'autostart')),
    desktops: (env['XDG_CURRENT_DESKTOP'] ?? '').split(':').filter(Boolean),
    path: (env['PATH'] ?? '').split(':').filter((folder) => absolute(folder) !== undefined),
  });
}

/** Relative ones are to be taken for unset (XDG Base Directory Specification). */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
