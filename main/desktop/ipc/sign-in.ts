import { answer, DONE, revoked, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';
import { signInTo } from '../sign-in-to.ts';

type Names =
  'signIn.start' | 'signIn.code' | 'signIn.cancel' | 'signIn.copyLink' | 'signIn.dismiss' | 'signOut';

export function signInHandlers(context: CallContext): Pick<Handlers, Names> {
  const { agent, clipboard, forgetOffers, running } = context;
  return {
    'signIn.start': async (request) => answer(await signInTo(context, request)),
    'signIn.code': ({ code }) => (agent.submitCode(code.trim()) ? DONE : { ok: false, problem: NOT_RUNNING }),
    'signIn.cancel': () => {
      running.cancel({ call: 'flow.check' });
      agent.cancelSignIn();
      return DONE;
    },
    'signIn.copyLink': async () => {
      const link = agent.signInLink();
      if (link === null) return { ok: false, problem: NOT_RUNNING };
      return answer(await clipboard.copyPlain(link, 'sign-in link'));
    },
    'signIn.dismiss': () => {
      agent.dismissSignIn();
      return DONE;
    },
    signOut: () =>
      running.answer({ call: 'signOut' }, async () => {
        const result = revoked(await agent.signOut());
        if (result.ok) forgetOffers();
        return answer(result);
      }),
  };
}

const NOT_RUNNING = {
  reason: 'no-sign-in',
  title: 'No sign-in is under way',
  tokens: 'Your tokens are as they were.',
  next: 'Start the sign-in again.',
};
