import type { CallContext } from './context.ts';
import { DONE } from './context.ts';
import type { Handlers } from './register.ts';

export function stateHandlers(
  context: CallContext,
): Pick<Handlers, 'state.get' | 'problem.dismiss' | 'window.close'> {
  return {
    'state.get': () => context.view(),
    'problem.dismiss': () => {
      context.agent.dismissProblem();
      context.dismissProblem();
      return DONE;
    },
    'window.close': () => {
      context.closeWindow();
      return DONE;
    },
  };
}
