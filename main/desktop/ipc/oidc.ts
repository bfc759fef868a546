import { problemView } from '../problem-view.ts';
import { brokerProblem } from '../notices.ts';
import { answer, DONE, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

/** The socket for clients of oidc-agent. */
export function oidcHandlers({
  oidc,
  clipboard,
}: Pick<CallContext, 'oidc' | 'clipboard'>): Pick<Handlers, 'oidc.set' | 'oidc.copyExport'> {
  return {
    'oidc.set': async ({ on }) => {
      const socket = await oidc();
      if (socket === null) return NO_BROKER;
      const problem = await socket.set(on);
      return problem === null ? DONE : { ok: false, problem: problemView(problem) };
    },
    'oidc.copyExport': async () => {
      const view = (await oidc())?.view() ?? null;
      if (view === null) return NO_BROKER;
      return answer(await clipboard.copyPlain(view.exportLine, 'OIDC_SOCK line'));
    },
  };
}

const NO_BROKER = { ok: false, problem: problemView(brokerProblem(undefined)) } as const;
