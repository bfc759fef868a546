import { json } from '../http.ts';
import type { SandboxUser } from '../types.ts';
import type { Call, Handler } from './call.ts';
import { flowsError, notFound, stateConflict, unprocessable } from './errors.ts';
import { requirePolicy } from './gare.ts';
import { listArguments, pageOf, pageSize } from './paging.ts';
import { sorted, uuidsOf, wordsOf, type SortKeys } from './query.ts';
import type { WebInputRecord } from './records.ts';
import { WEB_INPUT_ROLES, webInputRoles } from './roles.ts';
import { answerRun } from './run-engine.ts';
import type { Store } from './store.ts';
import { BodyCheck } from './validation.ts';
import { isoTime, type JsonObject } from './values.ts';

const SORT_KEYS: SortKeys<WebInputRecord> = {
  created_timestamp: (input) => input.createdAt,
  edited_timestamp: (input) => input.createdAt,
  closed_timestamp: (input) => input.closedAt ?? Infinity,
};

/** GET /web_inputs: open ones by default. A page carries `marker` alone, null at the end (GLOBUS.md §4.2). */
export const listWebInputs: Handler = ({ store, user, query, request, now }) => {
  const list = listArguments(request.path, query);
  const wantedRoles = wordsOf(list.query, 'filter_roles', WEB_INPUT_ROLES);
  const wantedStates = wordsOf(list.query, 'filter_states', ['open', 'closed']) ?? ['open'];
  const flowIds = uuidsOf(list.query, 'filter_flow_ids', 10);
  const runIds = uuidsOf(list.query, 'filter_run_ids', 10);
  const size = pageSize(list.query, 20);
  const matching = [...store.webInputs.values()].filter((input) => {
    const roles = webInputRoles(input, user);
    return (
      input.createdAt <= now &&
      roles.length > 0 &&
      (wantedRoles === undefined || wantedRoles.some((role) => roles.includes(role))) &&
      wantedStates.some((state) => state === statusOf(input)) &&
      (flowIds === undefined || flowIds.includes(input.flowId)) &&
      (runIds === undefined || runIds.includes(input.runId))
    );
  });
  const order = sorted(matching, list.query, SORT_KEYS, 'created_timestamp DESC');
  const page = pageOf(order, (input) => input.id, list, size);
  return json(200, {
    web_input_summaries: page.items.map((input) => summary(input, user, store)),
    marker: page.marker,
  });
};

export const getWebInput: Handler = (call) => {
  const input = visibleInput(call);
  requireFlowPolicy(call, input);
  return json(200, document(input, call.user, call.store));
};

/** The answer closes the input and the run goes on with it. */
export const respondToWebInput: Handler = (call) => {
  const input = visibleInput(call);
  if (!webInputRoles(input, call.user).includes('respondent')) {
    throw flowsError(403, 'FORBIDDEN', `User does not have respondent role on web input ${input.id}`);
  }
  requireFlowPolicy(call, input);
  if (input.closedAt !== null) throw stateConflict(`Web Input ${input.id} is already closed.`);
  const check = new BodyCheck(call.body());
  check.require('response');
  const response = check.object('response');
  check.finish();
  const value: unknown = response?.['value'];
  const option = input.options.find(({ option_id }) => option_id === value);
  if (option === undefined) {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    throw unprocessable(`'${shown}' is not a registered option id for this input.`);
  }
  call.store.webInputs.set(input.id, { ...input, closedAt: call.now });
  const run = call.store.runs.get(input.runId);
  if (run?.pause?.wait.kind === 'input' && run.pause.wait.webInputId === input.id) {
    answerRun(call.store, run, run.pause, call.now, { option_id: option.option_id, label: option.label });
  }
  return json(200, { status: 'ok' });
};

function visibleInput(call: Call): WebInputRecord {
  const id = call.parameter('web_input_id');
  const input = call.store.webInputs.get(id);
  if (input === undefined || input.createdAt > call.now || webInputRoles(input, call.user).length === 0) {
    throw notFound('Web Input', id);
  }
  return input;
}

/** The refusal shows the summary, so that a page can say what the sign-in is for. */
function requireFlowPolicy(call: Call, input: WebInputRecord): void {
  const flow = call.store.flows.get(input.flowId);
  if (flow === undefined) return;
  requirePolicy(flow, call.facts, 'web input', { web_input_summary: summary(input, call.user, call.store) });
}

function statusOf(input: WebInputRecord): 'open' | 'closed' {
  return input.closedAt === null ? 'open' : 'closed';
}

function summary(input: WebInputRecord, user: SandboxUser, store: Store): JsonObject {
  return {
    id: input.id,
    status: statusOf(input),
    user_roles: webInputRoles(input, user),
    input_type: 'selection',
    title: input.title,
    flow: { id: input.flowId, title: store.flows.get(input.flowId)?.title ?? '' },
    run: { id: input.runId, label: store.runs.get(input.runId)?.label ?? '' },
    created_timestamp: isoTime(input.createdAt),
    edited_timestamp: isoTime(input.createdAt),
    closed_timestamp: input.closedAt === null ? null : isoTime(input.closedAt),
  };
}

function document(input: WebInputRecord, user: SandboxUser, store: Store): JsonObject {
  const { title, ...rest } = summary(input, user, store);
  return {
    ...rest,
    input_schema: { type: 'string', enum: input.options.map(({ option_id }) => option_id) },
    context: { title, presentation_style: 'text', text: input.text },
    options: input.options,
    roles: { viewers: input.viewers, respondents: input.respondents },
    creator_urn: input.creator,
  };
}
