import { basename } from 'node:path';
import type { Problem } from '../effects.ts';
import type { LockHolder } from '../session/locks/types.ts';
import type { SettingsStore } from '../settings/types.ts';

/** Told once after a start on a damaged settings file (CHECKLIST 55, 59). */
export function recoveredProblem(recovered: NonNullable<SettingsStore['recovered']>): Problem {
  return {
    reason: 'settings-recovered',
    title: 'The settings file could not be used',
    tokens: 'Your sign-ins are still in the vault; what was readable was kept.',
    next: 'Look over your scopes. Sign in again where one is missing.',
    detail: `Because ${recovered.why}, it was set aside as ${basename(recovered.keptAs)}.`,
  };
}

/** The socket for scripts could not be opened; everything else works. @param detail what stands in its way */
export function brokerProblem(detail: string | undefined): Problem {
  return {
    reason: 'broker-not-started',
    title: 'Scripts cannot ask for tokens now',
    tokens: 'Your sign-ins are fine, and copying from the app works.',
    next: 'Close the other program that answers in its place, or mend what is said below; then start again.',
    ...(detail === undefined ? {} : { detail }),
  };
}

/**
 * Another process has the agent lock and keeps it: this app may use neither vault nor socket. It stands until
 * the next start.
 * @param holder null when its note cannot be read
 * @param detail why an agent without a window did not retire
 * @param here this machine: several may share a home folder
 */
export function heldProblem(holder: LockHolder | null, detail: string | null, here: string): Problem {
  if (holder !== null && holder.host !== here) return heldThere(holder);
  const who =
    holder === null
      ? 'Another program'
      : `${holder.kind === 'headless' ? 'An agent without a window' : 'Another start of this app'} (process ${holder.pid} on ${holder.host})`;
  return {
    reason: 'agent-held',
    title: 'Another program holds your sign-ins',
    tokens:
      'Nothing is lost, and scripts get their tokens from it. This app hands out none until it is the only one.',
    next:
      holder === null
        ? 'End the other Globus Token Tray, then start this app again.'
        : `End process ${holder.pid}${holder.kind === 'headless' ? ` (kill ${holder.pid})` : ''}, then start this app again.`,
    detail: `${who} has the agent lock of the data folder.${detail === null ? '' : ` ${detail}`}`,
  };
}

/** What serves there answers nobody here, so scripts here get nothing either. */
function heldThere({ pid, kind, host }: LockHolder): Problem {
  const end =
    kind === 'headless' ? `End its agent there (kill ${pid})` : `Quit the app there (process ${pid})`;
  return {
    reason: 'agent-held',
    title: `Your sign-ins are in use on ${host}`,
    tokens:
      'Nothing is lost. Of the machines that share your home folder one at a time hands out tokens, to the programs ' +
      'that run on it.',
    next:
      `${end}, then start this app again. Or sign in on this machine apart: ` +
      'globus-token-tray --user-data-dir=<a folder that no other machine uses>',
  };
}
