import type { NotificationConstructorOptions } from 'electron';
import type { Clock, Logger } from '../../effects.ts';
import { DESKTOP_FILE } from '../../host/app-id.ts';
import { sessionBusSocket } from '../../vault/bus-address.ts';
import { CallQueue } from '../../vault/queue.ts';
import { BUS, SessionBus } from '../../vault/session-bus.ts';
import { BusNotifications } from './bus-port.ts';
import { electronNotifications, type NotificationParts } from './electron-port.ts';
import type { NotificationPort } from './port.ts';

export interface SystemNotificationParts {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  log: Logger;
  /** Path of the app's picture. */
  icon: string;
  /** The name of the Flatpak that this runs in; null: it runs in none. */
  flatpak: string | null;
  isSupported: () => boolean;
  create: (options: NotificationConstructorOptions) => ReturnType<NotificationParts['create']>;
}

/** This system's notifications. Without any, tray and window still say the same. */
export function systemNotifications(parts: SystemNotificationParts): NotificationPort & {
  /** What is shown stays. */
  stop: () => void;
} {
  const { platform, env, clock, log, flatpak } = parts;
  if (platform !== 'linux') return { ...electronNotifications(parts), stop: () => undefined };
  const address = sessionBusSocket(env);
  if (address === null) return { show: () => () => undefined, stop: () => undefined };
  const port = new BusNotifications({
    path: address.path,
    clock,
    log,
    // No path inside a Flatpak means anything to the server outside; desktop file and icon have the Flatpak's name there.
    icon: flatpak ?? parts.icon,
    desktopEntry: flatpak ?? DESKTOP_FILE,
    appName: 'Globus Token Tray',
    startServer: serverStarter(env, clock),
  });
  return {
    show: (notice, on) => port.show(notice, on),
    stop: () => {
      port.stop();
    },
  };
}

/** Milliseconds between two tries: where no server is installed, none will be a moment later. */
const TRY_AGAIN = 60_000;

/** The flag 0 is the only one (D-Bus specification, "StartServiceByName"). */
function serverStarter(env: SystemNotificationParts['env'], clock: Clock): () => void {
  const bus = new SessionBus(env, new CallQueue({ deadline: 10_000, after: clock.after.bind(clock) }));
  const body = ['org.freedesktop.Notifications', 0];
  let tried: number | null = null;
  return () => {
    const now = clock.now();
    if (tried !== null && Math.abs(now - tried) < TRY_AGAIN) return;
    tried = now;
    void bus.call({ ...BUS, member: 'StartServiceByName', signature: 'su', body });
  };
}
