import type { CallContext } from './context.ts';
import { DONE } from './context.ts';
import type { Handlers } from './register.ts';

export function sessionHandlers(context: CallContext): Pick<Handlers, 'session.lock' | 'session.unlock'> {
  return {
    'session.lock': () => {
      context.actions.lock();
      return DONE;
    },
    'session.unlock': () => {
      context.agent.setLocked(false);
      return DONE;
    },
  };
}
