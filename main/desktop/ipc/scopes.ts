import { answer, revoked, type CallContext } from './context.ts';
import { searchScopes } from './scope-search.ts';
import type { Handlers } from './register.ts';
import { Removals } from '../removals.ts';
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
  const removals = new Removals(agent);
  return {
    'scope.renew': async ({ scope, account }) => answer(await agent.renew(scope, account)),
    'scope.copy': async (request) => answer(await actions.copy(request)),
    'scope.search': ({ query }) => ({ ok: true, value: searchScopes(query, agent.snapshot().scopes) }),
    'scope.add': ({ scope }) => {
      const added = agent.addScope(scope);
      return answer(added.ok ? { ok: true, value: { scope: added.value } } : added);
    },
    'scope.remove': ({ scope }) => answer(removals.remove(scope)),
    'scope.restore': ({ scope }) => answer(removals.restore(scope)),
    'scope.isolate': async ({ scopes }) =>
      answer(await signInTo(context, { scopes, way: 'browser', isolate: true })),
    'scope.signOut': async (wish) => answer(revoked(await agent.signOut(wish))),
  };
}
