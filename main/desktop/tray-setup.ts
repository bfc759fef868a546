import { join } from 'node:path';
import { BrowserWindow, Menu, Notification, Tray, nativeImage, screen } from 'electron';
import type { AppView, NoticesView } from '../../preload/contract.ts';
import type { AuditEntry } from '../broker/contract.ts';
import type { Clock, Logger } from '../effects.ts';
import type { Actions } from './actions.ts';
import type { DesktopBroker } from './broker.ts';
import { Notifications } from './notifications/notifications.ts';
import { systemNotifications } from './notifications/system.ts';
import type { PaletteKeys } from './palette/palette-keys.ts';
import { menuActs, type MenuTargets } from './tray-acts.ts';
import { trayHostProbe, watchFirstTrayHost, watchTrayHost } from './tray-host.ts';
import { topRowsOf } from './tray-items.ts';
import { TrayFace } from './tray.ts';
import { ScopeUsage } from './usage.ts';

export interface TrayParts {
  /** Made before everything else; null where the system takes none. */
  early: Tray | null;
  /** Folder of the generated PNG files. */
  icons: string;
  /** The name of the Flatpak that this runs in; null: it runs in none. */
  flatpak: string | null;
  clock: Clock;
  log: Logger;
  view: () => AppView;
  /** Null until it has been set up. */
  broker: () => Pick<DesktopBroker, 'questions' | 'raiseQuestion'> | null;
  switches: () => NoticesView;
  paletteKeys: () => Pick<PaletteKeys, 'view'>;
  perform: Actions['perform'];
  openPalette: () => void;
  toggleWindow: () => void;
  showScope: MenuTargets['showScope'];
  askSignOut: MenuTargets['askSignOut'];
  /** The window, which says what was copied and for how long, can be seen. */
  inSight: () => boolean;
}

export interface TraySetup {
  /** @returns false where the system takes no tray icon */
  start(): boolean;
  place: TrayFace['place'];
  /** Whether somebody shows the icon. */
  isShown(): Promise<boolean>;
  /** To be called with every view. */
  look(view: AppView): void;
  /** To be called with every line of the audit log, those of before too. */
  seen(entry: AuditEntry): void;
  /** Takes icon and notifications away. */
  stop(): void;
  /** What was taken away has gone out by now. */
  end(): void;
}

/** Milliseconds: the window's first picture does not wait for the D-Bus library. */
const WATCH_AFTER = 2_000;

/** Tray icon and notifications on Electron's real effects: the faces that are there without a window. */
export function setupTray(parts: TrayParts): TraySetup {
  const { icons, flatpak, clock, log, view, broker, perform } = parts;
  const hidden = parts.early !== null;
  const { platform, env } = process;
  const usage = new ScopeUsage(clock);
  const targets = {
    openPalette: parts.openPalette,
    toggleWindow: parts.toggleWindow,
    raiseQuestion: () => broker()?.raiseQuestion(),
    showScope: parts.showScope,
    askSignOut: parts.askSignOut,
  };
  let { early } = parts;
  const face = new TrayFace({
    createTray: (image) => {
      const made = early ?? new Tray(image);
      early = null;
      return made;
    },
    loadImage: (path) => nativeImage.createFromPath(path),
    buildMenu: (template) => Menu.buildFromTemplate(template),
    icons,
    platform,
    clock,
    view,
    facts: () => ({
      questions:
        broker()
          ?.questions()
          .map(({ title }) => title) ?? [],
      uses: (scope) => usage.count(scope),
      searchKeys: shownKeys(parts.paletteKeys().view()),
      topRows: topRowsOf(platform, screen.getPrimaryDisplay().workArea.height),
    }),
    act: menuActs({ ...targets, perform: (action) => perform(action, 'tray') }),
    log,
  });
  const port = systemNotifications({
    platform,
    env,
    clock,
    log,
    icon: join(icons, 'app-icon', '256.png'),
    flatpak,
    isSupported: () => Notification.isSupported(),
    create: (notification) => new Notification(notification),
  });
  const notifications = new Notifications({
    port,
    clock,
    switches: parts.switches,
    act: menuActs({ ...targets, perform: (action) => perform(action) }),
    inSight: parts.inSight,
    looking: () => BrowserWindow.getFocusedWindow() !== null,
  });
  const hasHost = trayHostProbe(platform, env, clock);
  let made = false;
  let stopWatching: () => void = () => undefined;
  return {
    start() {
      made = face.start();
      const missed = () => {
        made = face.remake();
      };
      // Nothing is painted in a hidden start, and there it counts who was there at the start.
      stopWatching = clock.after(flatpak !== null && hidden ? 0 : WATCH_AFTER, () => {
        stopWatching =
          flatpak === null
            ? watchTrayHost(platform, env, clock, process.pid, missed)
            : watchFirstTrayHost(env, clock, missed);
      });
      return made;
    },
    place: () => face.place(),
    isShown: async () => made && (await hasHost()),
    look(now) {
      face.redraw(now);
      notifications.look(now, broker()?.questions() ?? []);
    },
    seen(entry) {
      usage.see(entry);
      notifications.line(entry);
    },
    stop() {
      stopWatching();
      notifications.stop();
      face.stop();
    },
    end() {
      port.stop();
    },
  };
}

/** Keys that do not open the palette are not shown as if they did. */
function shownKeys({ keys, state }: ReturnType<PaletteKeys['view']>): string | null {
  return state === 'on' ? keys : null;
}
