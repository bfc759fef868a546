import type { Problem, Result } from '../effects.ts';
import { flowIdOfScope } from '../globus/flow-scope.ts';
import type { DesktopAgent } from './agent-port.ts';
import type { CallsRoom } from './calls-room.ts';
import { cancelledProblem, type RunningCalls } from './running-calls.ts';

export type SignInRequest = Parameters<DesktopAgent['signIn']>[0];

export interface SignInParts {
  agent: Pick<DesktopAgent, 'signIn'>;
  calls: () => Promise<Pick<CallsRoom, 'book'>>;
  /** Where the look at the flows can be ended, before there is a sign-in to cancel. */
  running: Pick<RunningCalls, 'run'>;
  /** Shows a problem beside a sign-in that goes on. */
  report: (problem: Problem) => void;
}

/**
 * A sign-in without the flows that exist no more: one unknown scope fails a whole sign-in on an error page that
 * never comes back (GLOBUS.md §1.6). Where nobody can tell, the scope is asked for.
 */
export async function signInTo(
  { agent, calls, running, report }: SignInParts,
  request: SignInRequest,
): Promise<Result<null>> {
  const flows = new Map(
    request.scopes.flatMap((scope) => {
      const id = flowIdOfScope(scope);
      return id === null ? [] : [[id, scope] as const];
    }),
  );
  if (flows.size === 0) return agent.signIn(request);
  const checked = await running.run({ call: 'flow.check' }, async (signal) =>
    (await calls()).book.check([...flows.keys()], signal),
  );
  if (checked === null) return { ok: false, problem: cancelledProblem('flow.check') };
  const { gone } = checked;
  const left = request.scopes.filter((scope) => !gone.includes(flowIdOfScope(scope) ?? ''));
  if (left.length === 0) return { ok: false, problem: goneProblem(gone, 'nothing') };
  const result = await agent.signIn({ ...request, scopes: left });
  if (gone.length > 0) report(goneProblem(gone, 'less'));
  return result;
}

function goneProblem(ids: readonly string[], asked: 'nothing' | 'less'): Problem {
  const one = ids.length === 1;
  return {
    reason: 'flow-gone',
    title: one
      ? 'A flow on your list does not exist any more'
      : `${ids.length} flows on your list do not exist any more`,
    tokens:
      asked === 'nothing'
        ? 'No sign-in was started; the tokens you have are as they were.'
        : 'The sign-in asked for the others alone.',
    next: `Take ${one ? 'it' : 'them'} off the list.`,
    detail: ids.slice(0, 5).join(', '),
  };
}
