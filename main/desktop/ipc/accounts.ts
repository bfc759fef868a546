import { answer, revoked, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';
import { signInTo } from '../sign-in-to.ts';

type Names = 'account.add' | 'account.use' | 'account.signOut';

export function accountHandlers(context: CallContext): Pick<Handlers, Names> {
  const { agent, forgetOffers, running } = context;
  return {
    // For everything on the list, as the first sign-in asks.
    'account.add': async ({ way }) => {
      const scopes = agent.snapshot().scopes.map(({ entry }) => entry.scope);
      return answer(await signInTo(context, { scopes, way, account: 'new' }));
    },
    'account.use': ({ sub }) => {
      const used = agent.useAccount(sub);
      // What was offered to one account makes no sense for another.
      if (used.ok) forgetOffers();
      return answer(used);
    },
    'account.signOut': ({ sub }) =>
      running.answer({ call: 'account.signOut' }, async () => {
        const result = revoked(await agent.signOut({ account: sub }));
        if (result.ok) forgetOffers();
        return answer(result);
      }),
  };
}
