import { flowIdOfScope } from '../../globus/flow-scope.ts';
import type { DesktopAgent } from '../agent-port.ts';
import type { Result } from '../../effects.ts';
import { answer, revoked, type CallContext } from './context.ts';
import { searchScopes } from './scope-search.ts';
import type { Handlers } from './register.ts';
import { signInTo } from '../sign-in-to.ts';

type Names =
  | 'scope.renew'
  | 'scope.copy'
  | 'scope.search'
  | 'scope.add'
  | 'scope.remove'
  | 'scope.restore'
  | 'scope.isolate'
  | 'scope.signOut';

export function scopeHandlers(context: CallContext): Pick<Handlers, Names> {
  const { agent, actions } = context;
  return {
    'scope.renew': async ({ scope }) => answer(await agent.renew(scope)),
    'scope.copy': async (request) => answer(await actions.copy(request)),
    'scope.search': ({ query }) => ({ ok: true, value: searchScopes(query, agent.snapshot().scopes) }),
    'scope.add': ({ scope }) => {
      const added = agent.addScope(scope);
      return answer(added.ok ? { ok: true, value: { scope: added.value } } : added);
    },
    'scope.remove': ({ scope }) => answer(remove(agent, scope)),
    'scope.restore': ({ scope }) => {
      const added = agent.addScope(scope);
      return answer(added.ok ? { ok: true, value: null } : added);
    },
    'scope.isolate': async ({ scopes }) =>
      answer(await signInTo(context, { scopes, way: 'browser', isolate: true })),
    'scope.signOut': async ({ scope }) => answer(revoked(await agent.signOut({ scope }))),
  };
}

/** A flow that is off the list is not read again either. */
function remove(agent: DesktopAgent, scope: string): Result<null> {
  const flow = flowIdOfScope(scope);
  const kept = agent.snapshot().flows.some(({ id }) => id === flow);
  return flow !== null && kept ? agent.removeFlow(flow) : agent.removeScope(scope);
}
