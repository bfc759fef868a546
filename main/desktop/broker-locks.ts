import type { PowerMonitor } from 'electron';
import type { Clock } from '../effects.ts';
import { watchLockEvents } from '../session/lock-events.ts';
import { sessionBusSocket } from '../vault/bus-address.ts';
import type { AppLock } from './app-lock.ts';

const SYSTEM_BUS = 'unix:path=/run/dbus/system_bus_socket';

/**
 * Screen lock and sleep reach the lock: from D-Bus on Linux, where Electron tells of sleep alone, and from
 * Electron everywhere (CHECKLIST 29). @returns stops it.
 */
export function watchLocks(
  power: Pick<PowerMonitor, 'on' | 'removeListener'>,
  lock: Pick<AppLock, 'hold' | 'release'>,
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
): () => void {
  const onLock = () => lock.hold('screen');
  const onUnlock = () => lock.release('screen');
  const onSleep = () => lock.hold('sleep');
  const onWake = () => lock.release('sleep');
  power.on('lock-screen', onLock);
  power.on('unlock-screen', onUnlock);
  power.on('suspend', onSleep);
  power.on('resume', onWake);
  const stopBuses = process.platform === 'linux' ? watchBuses() : () => undefined;
  return () => {
    power.removeListener('lock-screen', onLock);
    power.removeListener('unlock-screen', onUnlock);
    power.removeListener('suspend', onSleep);
    power.removeListener('resume', onWake);
    stopBuses();
  };

  function watchBuses() {
    const system = env['DBUS_SYSTEM_BUS_ADDRESS'] ?? SYSTEM_BUS;
    const parts = {
      systemBus: sessionBusSocket({ DBUS_SESSION_BUS_ADDRESS: system })?.path ?? null,
      sessionBus: sessionBusSocket(env)?.path ?? null,
      uid: process.getuid?.() ?? -1,
      clock,
    };
    return watchLockEvents(parts, { onLock, onUnlock, onSleep, onWake });
  }
}
