import type { SystemView } from '../../preload/contract.ts';
import type { Result } from '../effects.ts';

/** Starts the app with the session, hidden. */
export interface Autostart {
  view(): Promise<SystemView['autostart']>;
  set(on: boolean): Promise<Result<null>>;
}

export function noAutostart(why: string): Autostart {
  return {
    view: () => Promise.resolve({ on: false, can: false, why }),
    set: () =>
      Promise.resolve({
        ok: false,
        problem: {
          reason: 'autostart',
          title: 'It cannot be started with the session from here',
          tokens: 'Your tokens are fine; nothing was changed.',
          next: 'Add "globus-token-tray --hidden" to the programs that your session starts.',
          detail: why,
        },
      }),
  };
}
