import type { Clock } from '../effects.ts';
import { LockState } from './lock-state.ts';
import { watchLogind } from './logind.ts';
import { watchScreenSavers } from './screen-savers.ts';

export interface LockListeners {
  /** The screen was locked, or is to be. May come again while locked. */
  onLock(): void;
  /** Nothing that was known to be locked still is. A hint only: whether it unlocks anything is the app's choice. */
  onUnlock(): void;
  /** About to sleep. Without an inhibitor (Node can take no descriptor from D-Bus) it may arrive on waking. */
  onSleep(): void;
  onWake(): void;
}

export interface LockEventParts {
  /** Sockets of the two buses (NUL first for an abstract name); null: there is none. */
  systemBus: string | null;
  sessionBus: string | null;
  /** The user whose sessions count. */
  uid: number;
  clock: Clock;
}

/**
 * Screen lock and sleep on Linux, with a window or without (CHECKLIST 29; Electron's own lock event is for
 * macOS and Windows only): logind on the system bus (org.freedesktop.login1(5)), the screen savers of
 * freedesktop.org and GNOME on the session bus. A missing or lost bus is quietly nothing. Returns its end.
 */
export function watchLockEvents(parts: LockEventParts, listeners: LockListeners): () => void {
  const { systemBus, sessionBus, uid, clock } = parts;
  const state = new LockState(listeners);
  const ends: (() => void)[] = [];
  if (systemBus !== null) ends.push(watchLogind(systemBus, uid, clock, state, listeners));
  if (sessionBus !== null) ends.push(watchScreenSavers(sessionBus, clock, state));
  return () => {
    for (const end of ends) end();
  };
}
