import { z } from 'zod';
import type { Clock } from '../effects.ts';
import type { LockState } from './lock-state.ts';
import { watchBus } from './signal-bus.ts';

/**
 * The screen savers of the desktop session: on the big desktops theirs is the lock screen. An active one
 * counts as locked, also where the lock itself would come a little later. Returns its end.
 *
 * @param path socket of the session bus
 */
export function watchScreenSavers(path: string, clock: Clock, state: LockState): () => void {
  return watchBus(path, clock, {
    names: [...SAVERS.keys()],
    appeared: async (name, ask) => {
      const at = SAVERS.get(name) ?? '/';
      const active = await ask({ to: name, path: at, interface: name, member: 'GetActive' });
      state.see(name, z.boolean().parse(active));
    },
    // One KDE answers at two paths and signals from both: the interface alone tells.
    signal: ({ from, interface: of, member, body: [active] }) => {
      if (of === from && member === 'ActiveChanged' && typeof active === 'boolean') state.see(from, active);
      return Promise.resolve();
    },
  });
}

/** Name, which is the interface's too, and object path. */
const SAVERS = new Map([
  ['org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver'],
  ['org.gnome.ScreenSaver', '/org/gnome/ScreenSaver'],
]);
