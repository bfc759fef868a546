import type { SystemView } from '../../preload/contract.ts';
import type { Problem, Result } from '../effects.ts';

/** Starts the app with the session, hidden. What it says is read from the system each time. */
export interface Autostart {
  view(): Promise<SystemView['autostart']>;
  set(on: boolean): Promise<Result<null>>;
}

/** The switch that starts the app to its tray icon. */
export const HIDDEN = '--hidden';

/** @param why one sentence: why it cannot be switched from here */
export function noAutostart(why: string): Autostart {
  return {
    view: () => Promise.resolve({ on: false, can: false, why }),
    set: () => Promise.resolve({ ok: false, problem: notSwitched(why) }),
  };
}

export function notSwitched(detail: string): Problem {
  return {
    reason: 'autostart',
    title: 'It cannot be switched from here',
    tokens: 'Your tokens are fine; nothing was changed.',
    next: `Add “globus-token-tray ${HIDDEN}” to the programs that your session starts, or remove it there.`,
    detail,
  };
}
