import type { RunEvent, RunRecord, RunStatus } from './records.ts';
import type { JsonObject } from './values.ts';

export interface RunState {
  status: RunStatus;
  details: JsonObject;
  /** Null until the run has ended. */
  completedAt: number | null;
  /** What has happened so far, oldest first. */
  events: readonly RunEvent[];
}

export function isEnded(status: RunStatus): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'ENDED';
}

/**
 * A run as it stands at `now`: what its events up to then add up to. The first event always counts, so that
 * a run exists from its start even when the clock is set back.
 */
export function runState(run: RunRecord, now: number): RunState {
  const events = run.events.filter((event, index) => index === 0 || event.at <= now);
  let status: RunStatus = 'ACTIVE';
  let details: JsonObject = {};
  let completedAt: number | null = null;
  for (const event of events) {
    if (event.status !== undefined) {
      status = event.status;
      completedAt = isEnded(status) ? event.at : null;
    }
    if (event.shown !== undefined) details = event.shown;
  }
  return { status, details, completedAt, events };
}

/** Ends a run now: what would have happened later never does. An ended run stays as it is. */
export function cancelRun(run: RunRecord, now: number, by: string): void {
  if (isEnded(runState(run, now).status)) return;
  const log = {
    code: 'FlowCanceled',
    description: 'The Flow run was canceled',
    details: { canceled_by: by },
  };
  run.events = [
    ...run.events.filter((event, index) => index === 0 || event.at <= now),
    {
      at: now,
      log,
      status: 'FAILED',
      shown: { code: log.code, description: log.description, details: log.details },
    },
  ];
  run.pause = null;
}
