import type { Answer, FlowChoiceView, RunView } from '../../../preload/contract.ts';
import type { FlowChoice } from '../../calls/flow-choices.ts';
import { flowScope, withCollections } from '../../globus/flow-scope.ts';
import { normalUuid } from '../../globus/uuid.ts';
import { answer, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';
import { cancelledProblem } from '../running-calls.ts';

type Names = 'flow.find' | 'flow.add' | 'flow.runs' | 'flow.collections';

export function flowHandlers({
  agent,
  calls,
  flowInputs,
  running,
}: Pick<CallContext, 'agent' | 'calls' | 'flowInputs' | 'running'>): Pick<Handlers, Names> {
  return {
    'flow.find': ({ query }) =>
      running.answer({ call: 'flow.find' }, async (signal): Promise<Answer<FlowChoiceView[]>> => {
        const found = await (await calls()).book.find(query, signal);
        return answer(found.ok ? { ok: true, value: found.value.map(choiceView) } : found);
      }),
    'flow.add': ({ id }) =>
      running.answer({ call: 'flow.add', id }, async (signal): Promise<Answer<{ scope: string }>> => {
        const flow = await (await calls()).book.add(id, signal);
        if (!flow.ok) return answer(flow);
        // Whoever cancelled was told that it is not added; the answer may have come all the same.
        if (signal.aborted) return { ok: false, problem: cancelledProblem('flow.add') };
        const kept = agent.setFlow(flow.value);
        if (kept.ok) flowInputs.forget(flow.value.id);
        return answer(kept.ok ? { ok: true, value: { scope: flow.value.scope } } : kept);
      }),
    'flow.runs': ({ id }) =>
      running.answer({ call: 'flow.runs', id }, async (signal): Promise<Answer<RunView[]>> => {
        const room = await calls();
        const runs = await room.book.runs(id, signal);
        const flowId = normalUuid(id);
        if (!runs.ok || flowId === null) return answer(runs.ok ? { ok: true, value: [] } : runs);
        const value = runs.value.map(({ id: run, label, status, startedAt, requirement }) => ({
          id: run,
          label,
          status,
          startedAt,
          needs:
            requirement === null
              ? null
              : room.offer({ offer: room.offerFor(requirement, flowScope(flowId)) }),
        }));
        return { ok: true, value };
      }),
    'flow.collections': ({ id, collections }): Answer => {
      const flow = agent.snapshot().flows.find((kept) => kept.id === normalUuid(id));
      if (flow === undefined) return { ok: false, problem: NOT_KEPT };
      const ids = [...new Set(collections.map((text) => text.trim().toLowerCase()).filter(Boolean))];
      const fits = withCollections(flow.scope, ids);
      if (!fits.ok) {
        return { ok: false, problem: fits.reason === 'collection' ? notACollection(fits.bad) : TOO_MANY };
      }
      return answer(agent.setFlow({ ...flow, collections: ids }));
    },
  };
}

function choiceView({ id, title, subtitle, owner, role, scope, kept }: FlowChoice): FlowChoiceView {
  return { id, title, subtitle, owner: owner?.split(':').at(-1) ?? '', role, scope, kept };
}

function notACollection(text: string) {
  return {
    reason: 'no-collection',
    title: 'One of these is no collection ID',
    tokens: 'Nothing was changed.',
    next: 'Copy the UUID from the collection’s page in the Globus web app.',
    detail: text,
  };
}
const TOO_MANY = {
  reason: 'too-many-collections',
  title: 'These are more collections than one sign-in can ask for',
  tokens: 'Nothing was changed.',
  next: 'Name only the collections that the flow stops for.',
};
const NOT_KEPT = {
  reason: 'no-such-flow',
  title: 'This flow is not on the list',
  tokens: 'Nothing was changed.',
  next: 'Add the flow first.',
};
