import type { Clock } from '../effects.ts';
import { watchLockEvents } from '../session/lock-events.ts';
import { sessionBusSocket } from '../vault/bus-address.ts';
import type { AppLock } from './app-lock.ts';

const SYSTEM_BUS = 'unix:path=/run/dbus/system_bus_socket';

/**
 * Screen lock and sleep, as the buses of a Linux machine tell them, reach the lock (CHECKLIST 29).
 * @returns stops it; on other systems there is nothing to stop
 */
export function watchBusLocks(
  lock: Pick<AppLock, 'hold' | 'release'>,
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
): () => void {
  if (process.platform !== 'linux') return () => undefined;
  const system = env['DBUS_SYSTEM_BUS_ADDRESS'] ?? SYSTEM_BUS;
  return watchLockEvents(
    {
      systemBus: sessionBusSocket({ DBUS_SESSION_BUS_ADDRESS: system })?.path ?? null,
      sessionBus: sessionBusSocket(env)?.path ?? null,
      uid: process.getuid?.() ?? -1,
      clock,
    },
    {
      onLock: () => lock.hold('screen'),
      onUnlock: () => lock.release('screen'),
      onSleep: () => lock.hold('sleep'),
      onWake: () => lock.release('sleep'),
    },
  );
}
