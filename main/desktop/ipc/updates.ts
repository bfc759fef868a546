import type { Problem } from '../../effects.ts';
import { answer, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

const NOT_THERE: Problem = {
  reason: 'update-not-set-up',
  title: 'Updates could not be set up',
  tokens: 'Your tokens are fine.',
  next: 'Start the app again. If it stays so, look into its log.',
};

export function updateHandlers({
  updates,
}: Pick<CallContext, 'updates'>): Pick<Handlers, 'updates.check' | 'updates.restart'> {
  return {
    'updates.check': async () => answer((await updates())?.checkNow() ?? { ok: false, problem: NOT_THERE }),
    'updates.restart': async () => answer((await updates())?.restart() ?? { ok: false, problem: NOT_THERE }),
  };
}
