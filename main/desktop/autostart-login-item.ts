import type { App, LoginItemSettings, Settings } from 'electron';
import type { SystemView } from '../../preload/contract.ts';
import { HIDDEN, notSwitched, type Autostart } from './autostart.ts';

type LoginItems = Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;

/**
 * macOS and Windows keep the list themselves. Windows starts the program with our switch; macOS passes none,
 * so a start that it made is told by `startedAtLogin`.
 */
export function loginItemAutostart(
  items: LoginItems,
  platform: 'darwin' | 'win32',
  program: string,
): Autostart {
  // Windows finds the entry by both.
  const which = platform === 'win32' ? { path: program, args: [HIDDEN] } : {};
  const view = (): SystemView['autostart'] => {
    const found = items.getLoginItemSettings(which);
    const on = platform === 'win32' ? found.openAtLogin && launches(found) : found.openAtLogin;
    return { on, can: true, why: on ? null : refusedBySystem(found, platform) };
  };
  return {
    view: () => Promise.resolve(view()),
    set: (on) => {
      items.setLoginItemSettings({
        openAtLogin: on,
        ...which,
        // Switched off in the task manager, the entry alone would change nothing.
        ...(platform === 'win32' ? { enabled: true } : {}),
      } satisfies Settings);
      const now = view();
      // Waiting for the user's permission is an answer of its own, which the view gives.
      if (now.on === on || now.why !== null) return Promise.resolve({ ok: true, value: null });
      return Promise.resolve({ ok: false, problem: notSwitched('The system did not keep the choice.') });
    },
  };
}

/** macOS started the app with the session: it stays in the menu bar. Known once the app is ready. */
export function startedAtLogin(items: Pick<App, 'getLoginItemSettings'>, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' && items.getLoginItemSettings().wasOpenedAtLogin;
}

function launches(found: LoginItemSettings): boolean {
  return found.executableWillLaunchAtLogin;
}

/** One sentence; null: it is simply off. */
function refusedBySystem(found: LoginItemSettings, platform: 'darwin' | 'win32'): string | null {
  if (platform === 'win32') {
    return found.openAtLogin ? 'It was switched off in the task manager’s list of start-up apps.' : null;
  }
  return found.status === 'requires-approval'
    ? 'macOS waits for your permission, in System Settings under General, Login Items.'
    : null;
}
