import type { Answer, Calls, CallView } from '../../../preload/contract.ts';
import type { CallOutcome } from '../../calls/calls.ts';
import { flowIdOfScope } from '../../globus/flow-scope.ts';
import type { CallsRoom } from '../calls-room.ts';
import { problemView } from '../problem-view.ts';
import { answer, DONE, type CallContext } from './context.ts';
import { cancelledProblem } from '../running-calls.ts';
import type { Handlers } from './register.ts';
import { signInTo } from '../sign-in-to.ts';

/** Test calls, and the sign-in that one of them offered. */
export function callHandlersOfTests(
  context: CallContext,
): Pick<Handlers, 'call.run' | 'call.cancel' | 'call.accept'> {
  const { calls, running, updates } = context;
  return {
    'call.run': async (request): Promise<Answer<CallView>> => {
      const { scope, recipe, account } = request;
      const which = {
        call: 'call.run',
        scope,
        recipe,
        ...(account === undefined ? {} : { account }),
      } as const;
      const done = await running.run(which, (signal) => runCall(context, request, signal));
      return done ?? { ok: false, problem: cancelledProblem('call.run') };
    },
    'call.cancel': async (request) => {
      // Nobody waits for its answer: what comes of it is in the view.
      if (request.call === 'updates.check') (await updates())?.end();
      else running.cancel(request);
      return DONE;
    },
    'call.accept': async ({ offer: id }) => {
      const kept = (await calls()).offers.take(id);
      if (kept === null) return { ok: false, problem: NO_OFFER };
      const { offer, account } = kept;
      return answer(
        await signInTo(context, {
          scopes: offer.scopes,
          way: 'browser',
          ...(account === undefined ? {} : { account }),
          ...(offer.kind === 'step-up' ? { requirement: offer.requirement } : {}),
        }),
      );
    },
  };
}

async function runCall(
  { agent, calls, snippets }: CallContext,
  { scope, recipe: id, values, account }: Calls['call.run']['request'],
  signal: AbortSignal,
): Promise<Answer<CallView>> {
  const recipe = await snippets.recipe(scope, id);
  if (recipe === null) return { ok: false, problem: NO_RECIPE };
  const room = await calls();
  const flow = flowIdOfScope(scope) ?? values['flow_id'] ?? null;
  const role = agent.snapshot().flows.find((kept) => kept.id === flow)?.role ?? null;
  const whose = account === undefined ? {} : { account };
  const outcome = await room.calls.run({ scope, recipe, values, role, signal, ...whose });
  return { ok: true, value: callView(outcome, room, { scope, ...whose }) };
}

/** @param whose the row that the call was made from: an offer is for its account */
function callView(
  outcome: CallOutcome,
  room: CallsRoom,
  { scope, ...whose }: { scope: string; account?: string },
): CallView {
  const { status, milliseconds } = outcome;
  if (outcome.kind === 'answer') {
    const { body, truncated } = outcome;
    return { status, milliseconds, body, truncated, problem: null, offer: null, runAs: scope };
  }
  return {
    status,
    milliseconds,
    body: '',
    truncated: false,
    problem: problemView(outcome.problem),
    offer: outcome.offer === null ? null : room.offer({ offer: outcome.offer, ...whose }),
    runAs: outcome.runAs,
  };
}

const NO_RECIPE = {
  reason: 'no-such-recipe',
  title: 'This scope does not allow that call',
  tokens: 'Your tokens are fine; nothing was sent.',
  next: 'Choose one of the calls of this scope.',
};
const NO_OFFER = {
  reason: 'no-such-offer',
  title: 'This offer has ended',
  tokens: 'Your tokens are as they were.',
  next: 'Run the call again.',
};
