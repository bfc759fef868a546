import type { PowerMonitor } from 'electron';
import type { Clock } from '../effects.ts';
import type { AppLock } from '../host/app-lock.ts';
import { watchBusLocks } from '../host/bus-locks.ts';

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
  const stopBuses = watchBusLocks(lock, clock, env);
  return () => {
    power.removeListener('lock-screen', onLock);
    power.removeListener('unlock-screen', onUnlock);
    power.removeListener('suspend', onSleep);
    power.removeListener('resume', onWake);
    stopBuses();
  };
}
