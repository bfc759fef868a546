import { basename } from 'node:path';
import type { Problem } from '../effects.ts';
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
