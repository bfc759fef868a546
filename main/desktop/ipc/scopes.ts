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
  const { agent, actions, running } = context;
  const removals = new Removals(agent);
  return {
    // A renewal is everybody's and goes on; only whoever asked for it no longer waits.
    'scope.renew': ({ scope, account }) =>
      running.answer({ call: 'scope.renew', scope, ...whose(account) }, async () =>
        answer(await agent.renew(scope, account)),
      ),
    'scope.copy': (request) => {
      const { scope, format, account } = request;
      return running.answer({ call: 'scope.copy', scope, format, ...whose(account) }, async (signal) =>
        answer(await actions.copy(request, signal)),
      );
    },
    'scope.search': ({ query }) => ({ ok: true, value: searchScopes(query, agent.snapshot().scopes) }),
    'scope.add': ({ scope }) => {
      const added = agent.addScope(scope);
      return answer(added.ok ? { ok: true, value: { scope: added.value } } : added);
    },
    'scope.remove': ({ scope }) => answer(removals.remove(scope)),
    'scope.restore': ({ scope }) => answer(removals.restore(scope)),
    'scope.isolate': async ({ scopes }) =>
      answer(await signInTo(context, { scopes, way: 'browser', isolate: true })),
    'scope.signOut': (wish) =>
      running.answer({ call: 'scope.signOut' }, async () => answer(revoked(await agent.signOut(wish)))),
  };
}

function whose(account: string | undefined): { account?: string } {
  return account === undefined ? {} : { account };
}
