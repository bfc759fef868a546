import { answer, DONE, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

type Names =
  'signIn.start' | 'signIn.code' | 'signIn.cancel' | 'signIn.copyLink' | 'signIn.dismiss' | 'signOut';

export function signInHandlers({ agent, clipboard }: CallContext): Pick<Handlers, Names> {
  return {
    'signIn.start': async (request) => answer(await agent.signIn(request)),
    'signIn.code': ({ code }) => (agent.submitCode(code.trim()) ? DONE : { ok: false, problem: NOT_RUNNING }),
    'signIn.cancel': () => {
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
    signOut: async () => {
      const result = await agent.signOut();
      // The agent says ok only when the server confirmed each revocation (CHECKLIST 23).
      return answer(result.ok ? { ok: true, value: { revoked: true } } : result);
    },
  };
}

const NOT_RUNNING = {
  reason: 'no-sign-in',
  title: 'No sign-in is under way',
  tokens: 'Your tokens are as they were.',
  next: 'Start the sign-in again.',
};
