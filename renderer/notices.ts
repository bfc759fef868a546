import type { AppView } from '../preload/contract.ts';
import type { IconName } from './parts/icons.ts';
import { roughly } from './time.ts';

/** A quiet line under the header that stands as long as its cause does. */
export interface Notice {
  id: 'locked' | 'offline' | 'clock' | 'tutorial';
  tone: 'info' | 'warn';
  icon: IconName;
  text: string;
}

/** What is worth a line now, most pressing first. Pure. */
export function noticesOf(view: AppView): Notice[] {
  const notices: Notice[] = [];
  if (view.locked) {
    notices.push({
      id: 'locked',
      tone: 'warn',
      icon: 'safe',
      text: 'Locked. Tokens were dropped from memory; your sign-in is safe. Nothing is handed out.',
    });
  }
  if (!view.online) {
    notices.push({
      id: 'offline',
      tone: 'warn',
      icon: 'no-network',
      text: 'Offline. Tokens that are here work until they end; renewal waits for the network.',
    });
  }
  if (view.clockSkew !== null) {
    notices.push({
      id: 'clock',
      tone: 'warn',
      icon: 'clock',
      text: `This computer’s clock is ${roughly(Math.abs(view.clockSkew))} off Globus’s. Tokens work; times here may be off. Set the clock automatically.`,
    });
  }
  if (view.tutorialClient) {
    notices.push({
      id: 'tutorial',
      tone: 'info',
      icon: 'info',
      text: 'Tutorial client: consents are shared with other tools. For trying only.',
    });
  }
  return notices;
}
