import { answer, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function scopeHandlers({ agent, actions }: CallContext): Pick<Handlers, 'scope.renew' | 'scope.copy'> {
  return {
    'scope.renew': async ({ scope }) => answer(await agent.renew(scope)),
    'scope.copy': async (request) => answer(await actions.copy(request)),
  };
}
