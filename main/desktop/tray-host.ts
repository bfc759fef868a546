import { z } from 'zod';
import type { Clock } from '../effects.ts';
import { watchBus, type Ask } from '../session/signal-bus.ts';
import { sessionBusSocket } from '../vault/bus-address.ts';
import { CallQueue } from '../vault/queue.ts';
import { BUS, SessionBus } from '../vault/session-bus.ts';

/** The name that a Linux desktop with a tray owns (freedesktop StatusNotifierItem specification). */
const WATCHER = 'org.kde.StatusNotifierWatcher';
const WATCHER_PATH = '/StatusNotifierWatcher';

/**
 * Whether somebody shows our tray icon. macOS and Windows always do; on Linux Electron makes an icon without
 * a complaint even where nothing displays it, so the session bus is asked.
 */
export function trayHostProbe(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): () => Promise<boolean> {
  if (platform !== 'linux') return () => Promise.resolve(true);
  const after = clock.after.bind(clock);
  const bus = new SessionBus(env, new CallQueue({ deadline: 3_000, after }));
  return async () => {
    const answer = await bus.call({ ...BUS, member: 'NameHasOwner', signature: 's', body: [WATCHER] });
    return answer.kind === 'reply' && answer.value === true;
  };
}

/** Milliseconds after the host came: Chromium registers its icon anew by then, where it does so at all. */
const SETTLE = 1_500;

/**
 * Calls `missed` whenever a tray host is there that has no icon of ours. Chromium looks for a host once, when
 * an icon is made: without one then, it never shows the icon to a host that comes later (a session whose
 * panel starts after the autostart programs). A host that is only restarted it finds again by itself.
 *
 * @param pid of this process: the icon is on a connection of its own
 * @returns stops it; on other systems there is nothing to watch
 */
export function watchTrayHost(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
  clock: Clock,
  pid: number,
  missed: () => void,
): () => void {
  const address = platform === 'linux' ? sessionBusSocket(env) : null;
  if (address === null) return () => undefined;
  let cancel = () => {};
  const look = (ask: Ask): void => {
    cancel();
    cancel = clock.after(SETTLE, () => {
      isShown(ask, pid).then(
        (shown) => {
          if (!shown) missed();
        },
        // It went away again, or its answer makes no sense: the next one is asked anew.
        () => undefined,
      );
    });
  };
  const stop = watchBus(address.path, clock, {
    names: [WATCHER, BUS.destination],
    appeared: async (name, ask) => {
      await Promise.resolve();
      if (name === WATCHER) look(ask);
    },
    // The name can be there before anybody draws (KDE's watcher is no host itself).
    signal: async ({ from, member }, ask) => {
      await Promise.resolve();
      if (from === WATCHER && member === 'StatusNotifierHostRegistered') look(ask);
    },
  });
  return () => {
    cancel();
    stop();
  };
}

/**
 * The same in a Flatpak, whose D-Bus proxy shows each connection but the names that it may talk to, and so not even our
 * own icon's. What counts there is whether a host was there at the start: then Chromium has found it, and finds it again.
 */
export function watchFirstTrayHost(env: NodeJS.ProcessEnv, clock: Clock, missed: () => void): () => void {
  const address = sessionBusSocket(env);
  if (address === null) return () => undefined;
  let atStart = true;
  let met = false;
  const look = async (ask: Ask): Promise<void> => {
    const early = atStart;
    if (!hostAnswer.parse(await watcherSays(ask, 'IsStatusNotifierHostRegistered')) || met) return;
    met = true;
    if (!early) missed();
  };
  return watchBus(address.path, clock, {
    // The bus itself is there always and comes last: what comes after it was not there at the start.
    names: [WATCHER, BUS.destination],
    appeared: async (name, ask) => {
      if (name === WATCHER) await look(ask);
      else atStart = false;
    },
    signal: async ({ from, member }, ask) => {
      if (from === WATCHER && member === 'StatusNotifierHostRegistered') await look(ask);
    },
  });
}

const hostAnswer = z.boolean();
const itemsAnswer = z.array(z.string());

/** True as long as nobody draws icons at all: then there is nothing to be missed from. */
async function isShown(ask: Ask, pid: number): Promise<boolean> {
  if (!hostAnswer.parse(await watcherSays(ask, 'IsStatusNotifierHostRegistered'))) return true;
  const items = itemsAnswer.parse(await watcherSays(ask, 'RegisteredStatusNotifierItems'));
  for (const item of items) if ((await processOf(ask, item)) === pid) return true;
  return false;
}

function watcherSays(ask: Ask, property: string): Promise<unknown> {
  return ask({
    to: WATCHER,
    path: WATCHER_PATH,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: [WATCHER, property],
  });
}

/** @param item ":1.42/StatusNotifierItem", or ":1.42@/StatusNotifierItem" as GNOME writes it */
async function processOf(ask: Ask, item: string): Promise<number | null> {
  const [owner = ''] = item.split(/[@/]/);
  const answer = await ask({
    to: BUS.destination,
    path: BUS.path,
    interface: BUS.interface,
    member: 'GetConnectionUnixProcessID',
    signature: 's',
    body: [owner],
  }).catch(() => null);
  return typeof answer === 'number' ? answer : null;
}
