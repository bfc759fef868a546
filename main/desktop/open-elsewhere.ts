import type { LockHolder } from '../session/locks/types.ts';

/** Where this start would draw. */
export interface Here {
  /** `:7`; absent: the system has no such names. */
  display?: string;
  host: string;
}

/** @param env of a process; Wayland desktops have an X server for older programs, and so a name, too */
export function displayOf(env: NodeJS.ProcessEnv): { display?: string } {
  const display = env['DISPLAY']?.replace(/\.0$/, '') ?? '';
  return display === '' ? {} : { display };
}

/**
 * What somebody is told who starts the app while it runs on another desktop of theirs, where its window opens and
 * nobody sees it: a second VNC session, or one that was left behind. Null: the window is on this one. Pure.
 */
export function elsewhereText(
  holder: LockHolder | null,
  here: Here,
): { message: string; detail: string } | null {
  if (holder?.display === undefined || here.display === undefined) return null;
  if (holder.host !== here.host || holder.display === here.display) return null;
  return {
    message: 'Globus Token Tray runs on another desktop of yours',
    detail:
      `Its window is on display ${holder.display} of this machine (process ${holder.pid}). Scripts on both desktops ` +
      'get their tokens from it. To have the window here, quit it there or end that process, then start it here.',
  };
}
