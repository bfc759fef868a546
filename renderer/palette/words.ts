import type { AppView, CallView, ScopeView } from '../../preload/contract.ts';
import { vaultProblem } from '../problems.ts';
import { rowName } from '../rows.ts';
import { scopeLook } from '../scope-look.ts';
import { timeLeft } from '../time.ts';

/** What the palette says instead of a list or a copy. Pure. */
export interface Told {
  title: string;
  next: string;
}

/** Why there is nothing to choose at all; null: there is. */
export function nothingToChoose(view: AppView): Told | null {
  if (view.clientId === null) {
    return { title: 'Not set up yet', next: 'Open Globus Token Tray: it takes a client ID and a sign-in.' };
  }
  if (view.locked) {
    return { title: 'Locked: nothing is handed out', next: 'Unlock it in the tray’s menu or in the window.' };
  }
  const vault = vaultProblem(view);
  if (vault !== null) return { title: vault.title, next: vault.next };
  if (view.account === null) {
    return { title: 'Nobody is signed in', next: 'Open Globus Token Tray and sign in to Globus.' };
  }
  if (view.groups.every(({ scopes }) => scopes.length === 0)) {
    return { title: 'No scope is on the list', next: 'Open Globus Token Tray and add one.' };
  }
  return null;
}

/**
 * Why nothing can be copied for the row; null: it can.
 * @param withToken false: the command fetches its token later, so that none has to be here now
 */
export function notCopyable(row: ScopeView, now: number, withToken: boolean): Told | null {
  const name = rowName(row);
  switch (scopeLook(row, now).action) {
    case 'sign-in':
      return {
        title: `You are not signed in for ${name}`,
        next: 'Open Globus Token Tray and sign in for it.',
      };
    case 'review':
      return {
        title: `Globus wants your consent for ${name}`,
        next: 'Until you gave it there is no token. Open Globus Token Tray and review it.',
      };
    case 'none':
      if (!withToken && row.state !== 'locked') return null;
      return row.state === 'locked'
        ? { title: 'Locked: nothing is handed out', next: 'Unlock it in the tray’s menu or in the window.' }
        : { title: `Offline, and no token for ${name} is here`, next: 'Try again when the network is back.' };
    case 'copy':
      return null;
  }
}

export function nothingToTry(row: ScopeView): Told {
  return {
    title: `${rowName(row)} has no call that can be tried as it is`,
    next: 'Open Globus Token Tray to fill in what its calls need.',
  };
}

/** "200 in 143 ms", "no answer after 10 s" */
export function callResult({ status, milliseconds }: CallView): string {
  const time = milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : timeLeft(milliseconds);
  return status === null ? `no answer after ${time}` : `${status} in ${time}`;
}
