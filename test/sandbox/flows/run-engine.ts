import { flowScope } from './auth.ts';
import type { FlowState } from './definition.ts';
import type { FlowRecord, RunPause, RunRecord } from './records.ts';
import { APPROVE_OPTION_ID, REJECT_OPTION_ID } from './seed.ts';
import type { Store } from './store.ts';
import { startWalk, walkAfter, walkFrom, type Walk, type WalkContext } from './timeline.ts';
import { isObject, textOf, type JsonObject } from './values.ts';

export interface RunMetadata {
  label: string;
  tags: readonly string[];
  managers: readonly string[];
  monitors: readonly string[];
}

export interface RunStart extends Partial<RunMetadata> {
  id: string;
  owner: string;
  startedAt: number;
  input: JsonObject;
  /** Whether the starting user has consented to this scope path, root first. */
  hasConsent(path: readonly string[]): boolean;
}

/** Starts a run and lays out all that will happen in it. Checks nothing. */
export function startRun(store: Store, flow: FlowRecord, start: RunStart): RunRecord {
  const run: RunRecord = {
    id: start.id,
    flowId: flow.id,
    flowTitle: flow.title,
    flowUpdatedAt: flow.updatedAt,
    definition: flow.definition,
    inputSchema: flow.inputSchema,
    owner: start.owner,
    label: start.label ?? '',
    tags: start.tags ?? [],
    managers: start.managers ?? [],
    monitors: start.monitors ?? [],
    startedAt: start.startedAt,
    events: [],
    pause: null,
  };
  const context = walkContext(store, run, (path) => start.hasConsent(path));
  append(run, startWalk(run.definition, start.input, start.startedAt, context));
  store.runs.set(run.id, run);
  return run;
}

/** Tries the state again that lacked a consent: the run goes on, or stops at the same place once more. */
export function resumeRun(
  store: Store,
  run: RunRecord,
  pause: RunPause,
  at: number,
  hasConsent: WalkContext['hasConsent'],
): void {
  const resumed = { code: 'RunResumed', description: 'The Flow run was resumed', details: {} };
  run.events.push({ at, log: resumed, shown: resumed, status: 'ACTIVE' });
  const context = walkContext(store, run, hasConsent);
  append(run, walkFrom(run.definition, pause.state, pause.data, at, context));
}

/** Hands the answer of a web input to the run that waits for it. */
export function answerRun(
  store: Store,
  run: RunRecord,
  pause: RunPause,
  at: number,
  answer: JsonObject,
): void {
  // The one who answers is not the one whose consents the run uses: later actions ask for theirs again.
  append(
    run,
    walkAfter(
      run.definition,
      pause,
      answer,
      at,
      walkContext(store, run, () => false),
    ),
  );
}

function append(run: RunRecord, walk: Walk): void {
  run.events.push(...walk.events);
  run.pause = walk.pause;
}

function walkContext(store: Store, run: RunRecord, hasConsent: WalkContext['hasConsent']): WalkContext {
  return {
    flowScope: flowScope(run.flowId),
    hasConsent,
    openWebInput: (state, at) => openWebInput(store, run, state, at),
  };
}

/** A selection between "approve" and "reject"; the action's parameters may name title and text. */
function openWebInput(store: Store, run: RunRecord, state: FlowState, at: number): string {
  const parameters = isObject(state.body['Parameters']) ? state.body['Parameters'] : {};
  const id = store.newId('web input');
  store.webInputs.set(id, {
    id,
    flowId: run.flowId,
    runId: run.id,
    title: textOf(parameters['title'], 'Approve this run?'),
    text: textOf(parameters['text']),
    options: [
      { option_id: APPROVE_OPTION_ID, label: 'Approve', description: 'The run goes on' },
      { option_id: REJECT_OPTION_ID, label: 'Reject', description: 'The run ends without success' },
    ],
    creator: run.owner,
    viewers: [run.owner, ...run.monitors],
    respondents: [run.owner, ...run.managers],
    createdAt: at,
    closedAt: null,
  });
  return id;
}
