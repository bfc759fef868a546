import { json } from '../http.ts';
import { requireFlowScope } from './auth.ts';
import type { Call, Handler } from './call.ts';
import { hasConsent } from './consents.ts';
import { forbidden, stateConflict } from './errors.ts';
import type { RunRecord } from './records.ts';
import { requireRunManager, runRoles, visibleRun } from './roles.ts';
import { runDocument } from './run-document.ts';
import { resumeRun, type RunMetadata } from './run-engine.ts';
import { cancelRun, isEnded, runState } from './run-state.ts';
import { checkedMetadata } from './start.ts';
import { BodyCheck } from './validation.ts';
import { identityUrn, isObject, isUuid, type JsonObject } from './values.ts';

/** PUT /runs/{run_id}: label, tags, run_monitors, run_managers; whatever is absent stays. */
export const updateRun: Handler = (call) => {
  const { run, roles } = visibleRun(call.store, call.parameter('run_id'), call.user);
  requireRunManager(run, roles, 'UPDATE');
  const check = new BodyCheck(call.body());
  const metadata = checkedMetadata(check);
  check.finish();
  Object.assign(run, metadata);
  return json(200, runDocument(run, call.user, call.store));
};

export const cancelRunCall: Handler = (call) => {
  const { run, roles } = visibleRun(call.store, call.parameter('run_id'), call.user);
  requireRunManager(run, roles, 'CANCEL');
  cancel(call, run);
  return json(202, runDocument(run, call.user, call.store));
};

/** Deletes the record of an ended run; the answer is its last document. */
export const releaseRun: Handler = (call) => {
  const { run, roles } = visibleRun(call.store, call.parameter('run_id'), call.user);
  requireRunManager(run, roles, 'RELEASE');
  const { status } = runState(run, call.now);
  if (!isEnded(status)) {
    throw stateConflict(
      `Run ${run.id} has status '${status}' but must have one of ENDED, SUCCEEDED, FAILED for this operation`,
    );
  }
  const document = runDocument(run, call.user, call.store);
  call.store.runs.delete(run.id);
  return json(200, document);
};

/** Only with the flow's own scope: the token is used to mint the tokens that the actions need. */
export const resumeRunCall: Handler = (call) => {
  const { run, roles } = visibleRun(call.store, call.parameter('run_id'), call.user);
  requireFlowScope(call.facts, run.flowId);
  requireRunManager(run, roles, 'RESUME');
  const { pause } = run;
  const { status } = runState(run, call.now);
  if (status !== 'INACTIVE' || pause?.wait.kind !== 'consent') {
    throw stateConflict(`Run ${run.id} has status '${status}' but must have INACTIVE for this operation`);
  }
  resumeRun(call.store, run, pause, call.now, (path) => hasConsent(call.facts, path));
  return json(200, runDocument(run, call.user, call.store));
};

/**
 * POST /batch/runs: `filters.run_ids` says which; `set`, `add` and `remove` say what. One run that the caller
 * may not manage refuses the whole batch. What 202 carries is not documented: the changed runs.
 */
export const batchRuns: Handler = (call) => {
  const body = call.body();
  const check = new BodyCheck(body);
  check.require('filters');
  const filters = check.object('filters');
  const ids = runIds(filters);
  if (ids === undefined) check.add(['filters', 'run_ids'], 'a list of run IDs is required');
  const part = (name: string): Partial<RunMetadata> => {
    const inner = new BodyCheck(check.object(name) ?? {});
    const metadata = checkedMetadata(inner);
    if (name === 'set') inner.oneOf('status', ['cancel']);
    check.merge([name], inner);
    return metadata;
  };
  const [set, add, remove] = [part('set'), part('add'), part('remove')];
  check.finish();
  const runs = (ids ?? []).map((id) => manageable(call, id));
  for (const run of runs) {
    Object.assign(run, set);
    for (const field of ['tags', 'managers', 'monitors'] as const) {
      run[field] = changed(run[field], add[field] ?? [], remove[field] ?? []);
    }
    if (isCancel(body['set'])) cancel(call, run);
  }
  return json(202, { runs: runs.map((run) => runDocument(run, call.user, call.store)) });
};

function cancel(call: Call, run: RunRecord): void {
  cancelRun(run, call.now, identityUrn(call.user.sub));
  for (const [id, input] of call.store.webInputs) {
    if (input.runId === run.id && input.closedAt === null) {
      call.store.webInputs.set(id, { ...input, closedAt: call.now });
    }
  }
}

function isCancel(set: unknown): boolean {
  return isObject(set) && set['status'] === 'cancel';
}

/** A batch answers 403 for runs that are not there, too: it documents no 404. */
function manageable(call: Call, id: string): RunRecord {
  const run = call.store.runs.get(id);
  if (run === undefined) throw forbidden('run', id, 'UPDATE');
  requireRunManager(run, runRoles(run, call.store.flows.get(run.flowId), call.user), 'UPDATE');
  return run;
}

function runIds(filters: JsonObject | undefined): string[] | undefined {
  const ids: unknown = isObject(filters) ? filters['run_ids'] : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every(isUuid)) return undefined;
  return [...new Set(ids)];
}

function changed(list: readonly string[], add: readonly string[], remove: readonly string[]): string[] {
  return [...new Set([...list, ...add])].filter((item) => !remove.includes(item));
}
