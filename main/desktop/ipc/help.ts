import { HELP_PAGES } from '../../globus/environments.ts';
import { DONE, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function helpHandlers({ openBrowser }: CallContext): Pick<Handlers, 'help.open'> {
  return {
    'help.open': async ({ page }) => {
      try {
        await openBrowser(HELP_PAGES[page]);
        return DONE;
      } catch {
        return {
          ok: false,
          problem: {
            reason: 'no-browser',
            title: 'No browser could be opened',
            tokens: 'Your tokens are fine.',
            next: 'Open this address yourself.',
            detail: HELP_PAGES[page],
          },
        };
      }
    },
  };
}
