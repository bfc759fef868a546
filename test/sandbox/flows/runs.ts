import { json } from '../http.ts';
import { holdsServiceScope, requireFlowScope } from './auth.ts';
import type { Call, Handler } from './call.ts';
import { flowDescription } from './flow-document.ts';
import { listArguments, pageFields, pageOf, pageSize } from './paging.ts';
import {
  booleanOf,
  isWithin,
  sorted,
  textFilterOf,
  timeRangeOf,
  uuidsOf,
  wordsOf,
  type SortKeys,
} from './query.ts';
import type { RunRecord } from './records.ts';
import { RUN_ROLES, runRoles, visibleFlow, visibleRun } from './roles.ts';
import { runDocument } from './run-document.ts';
import { runState } from './run-state.ts';
import { isoTime, type JsonObject } from './values.ts';

const STATUSES = ['ACTIVE', 'INACTIVE', 'SUCCEEDED', 'FAILED', 'ENDED'] as const;

/** GET /runs: every run on which the caller has a role, narrowed by the filters of GLOBUS.md §4.2. */
export const listRuns: Handler = (call) => json(200, runPage(call, undefined));

/** GET /flows/{flow_id}/runs: takes the flow's own scope beside `run_status` and `all`. */
export const listFlowRuns: Handler = (call) => {
  const flowId = call.parameter('flow_id');
  if (!holdsServiceScope(call.facts, 'run_status')) requireFlowScope(call.facts, flowId, ['all']);
  return json(200, runPage(call, visibleFlow(call.store, flowId, call.user).id));
};

function runPage({ store, user, query, request, now }: Call, flowId: string | undefined): JsonObject {
  const list = listArguments(request.path, query);
  const wantedRoles = wordsOf(list.query, 'filter_roles', RUN_ROLES);
  const wantedStatuses = wordsOf(list.query, 'filter_status', STATUSES);
  const wantedFlows = flowId === undefined ? uuidsOf(list.query, 'filter_flow_id') : [flowId];
  const label = textFilterOf(list.query, 'filter_label');
  const flowTitle = textFilterOf(list.query, 'filter_flow_title');
  const started = timeRangeOf(list.query, 'filter_start_time');
  const completed = timeRangeOf(list.query, 'filter_completion_time');
  const size = pageSize(list.query, 20);
  const matching = store.keptRuns().filter((run) => {
    const roles = runRoles(run, store.flows.get(run.flowId), user);
    const state = runState(run, now);
    return (
      roles.length > 0 &&
      (wantedRoles === undefined || wantedRoles.some((role) => roles.includes(role))) &&
      (wantedStatuses === undefined || wantedStatuses.includes(state.status)) &&
      (wantedFlows === undefined || wantedFlows.includes(run.flowId)) &&
      (label === undefined || run.label.toLowerCase().includes(label)) &&
      (flowTitle === undefined || run.flowTitle.toLowerCase().includes(flowTitle)) &&
      isWithin(run.startedAt, started) &&
      isWithin(state.completedAt, completed)
    );
  });
  const keys: SortKeys<RunRecord> = {
    id: (run) => run.id,
    start_time: (run) => run.startedAt,
    // Runs that still go on come after all that have ended.
    completion_time: (run) => runState(run, now).completedAt ?? Infinity,
    status: (run) => runState(run, now).status,
    label: (run) => run.label,
  };
  const page = pageOf(sorted(matching, list.query, keys, 'start_time DESC'), (run) => run.id, list, size);
  return { runs: page.items.map((run) => runDocument(run, user, store)), ...pageFields(page) };
}

export const getRun: Handler = (call) => {
  const { run } = visibleRun(call.store, call.parameter('run_id'), call.user);
  const document = runDocument(run, call.user, call.store);
  if (!booleanOf(call.query, 'include_flow_description')) return json(200, document);
  const flow = call.store.flows.get(run.flowId);
  const isPresent = flow !== undefined && flow.deletedAt === null;
  return json(200, { ...document, flow_description: isPresent ? flowDescription(flow) : null });
};

/** GET /runs/{run_id}/log: 10 entries a page; the last page has no `marker` at all (GLOBUS.md §8). */
export const getRunLog: Handler = (call) => {
  const { run } = visibleRun(call.store, call.parameter('run_id'), call.user);
  const list = listArguments(call.request.path, call.query);
  const size = pageSize(list.query, 10, 'limit');
  const entries = runState(run, call.now).events.flatMap((event, index) =>
    event.log === undefined ? [] : [{ key: String(index), entry: { time: isoTime(event.at), ...event.log } }],
  );
  if (booleanOf(list.query, 'reverse_order')) entries.reverse();
  const page = pageOf(entries, ({ key }) => key, list, size);
  return json(200, {
    limit: size,
    has_next_page: page.marker !== null,
    entries: page.items.map(({ entry }) => entry),
    ...(page.marker === null ? {} : { marker: page.marker }),
  });
};

/** The definition and schema at the time of the start, whatever the flow looks like now. */
export const getRunDefinition: Handler = (call) => {
  const { run } = visibleRun(call.store, call.parameter('run_id'), call.user);
  return json(200, { flow_id: run.flowId, definition: run.definition, input_schema: run.inputSchema });
};
