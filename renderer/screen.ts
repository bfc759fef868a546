import type { AppView } from '../preload/contract.ts';

export type Screen =
  'first-run' | 'choose' | 'waiting' | 'paste' | 'exchanging' | 'done' | 'failed' | 'scopes' | SidePlace;

/** Screens beside the scopes, which the footer and the menu open and Escape leaves. */
export type SidePlace = (typeof SIDE_PLACES)[number];

const SIDE_PLACES = ['audit', 'approvals', 'scripts', 'settings', 'forecast', 'accounts'] as const;

/** Where the user went by hand; everything else follows from main's view. */
export type Place = 'home' | 'choose' | 'client' | SidePlace;

/** The one screen for this view. A sign-in under way wins over wherever the user was. Pure. */
export function screenOf(view: AppView, place: Place): Screen {
  switch (view.signIn.phase) {
    case 'waiting':
      return view.signIn.way === 'paste' ? 'paste' : 'waiting';
    case 'exchanging':
      return 'exchanging';
    case 'done':
      return 'done';
    case 'failed':
      return 'failed';
    case 'idle':
      break;
  }
  if (view.clientId === null || place === 'client') return 'first-run';
  // Who asked, and what was allowed, is there to be seen without an account too.
  if (isSidePlace(place)) return place;
  if (view.account === null || place === 'choose') return 'choose';
  return 'scopes';
}

export function isSidePlace(place: string | null): place is SidePlace {
  return SIDE_PLACES.some((side) => side === place);
}

/** What ears hear when the sign-in moves on by itself; empty where the screen says nothing new. */
export function signInNews(view: AppView): string {
  switch (view.signIn.phase) {
    case 'idle':
      return '';
    case 'waiting':
      if (view.signIn.way === 'paste') return 'Waiting for the code.';
      return view.signIn.step === null
        ? 'Waiting for the browser.'
        : `Waiting for the browser, step ${view.signIn.step.number} of ${view.signIn.step.of}.`;
    case 'exchanging':
      return 'Talking to Globus.';
    case 'done':
      return view.signIn.missing.length === 0
        ? 'Signed in.'
        : `Signed in, without ${view.signIn.missing.join(', ')}.`;
    case 'failed':
      return `Sign-in failed. ${view.signIn.problem.title}`;
  }
}
