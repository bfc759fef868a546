import type { SandboxUser } from '../types.ts';
import { runRoles } from './roles.ts';
import type { RunRecord } from './records.ts';
import { isEnded, runState } from './run-state.ts';
import type { Store } from './store.ts';
import { isoTime, type JsonObject } from './values.ts';

/** A run as the API shows it to this user (GLOBUS.md §4.4), at the clock's now. */
export function runDocument(run: RunRecord, user: SandboxUser, store: Store): JsonObject {
  const state = runState(run, store.clock.now());
  return {
    run_id: run.id,
    action_id: run.id,
    flow_id: run.flowId,
    flow_title: run.flowTitle,
    flow_last_updated: isoTime(run.flowUpdatedAt),
    start_time: isoTime(run.startedAt),
    completion_time: state.completedAt === null ? null : isoTime(state.completedAt),
    status: state.status,
    display_status: state.status,
    label: run.label,
    tags: run.tags,
    run_owner: run.owner,
    created_by: run.owner,
    run_managers: run.managers,
    run_monitors: run.monitors,
    manage_by: run.managers,
    monitor_by: run.monitors,
    user_role: runRoles(run, store.flows.get(run.flowId), user)[0] ?? null,
    blocking_web_input_id: isEnded(state.status) ? null : blockingWebInput(run, store),
    details: state.details,
  };
}

function blockingWebInput(run: RunRecord, store: Store): string | null {
  const { pause } = run;
  if (pause?.wait.kind !== 'input' || pause.at > store.clock.now()) return null;
  return pause.wait.webInputId;
}
