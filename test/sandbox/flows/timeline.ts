import { scopePath } from './consents.ts';
import { statesOf, type FlowState } from './definition.ts';
import type { RunEvent, RunPause, RunStatus } from './records.ts';
import { DATA_ACCESS_SCOPE, HELLO_WORLD_SCOPE, MAPPED_COLLECTION_ID, TRANSFER_SCOPE } from './seed.ts';
import { durationOf, nextOf, parametersOf, resultOf, withResult } from './state-data.ts';
import { textOf, type JsonObject } from './values.ts';

/** What a walk through a definition asks the outside for. */
export interface WalkContext {
  flowScope: string;
  /** Whether the user has consented to this scope path, root first. */
  hasConsent(path: readonly string[]): boolean;
  /** Opens a web input at this time for a selection state; answers its ID. */
  openWebInput(state: FlowState, at: number): string;
}

export interface Walk {
  events: RunEvent[];
  pause: RunPause | null;
}

const SECOND = 1_000;
const MOST_STATES = 200;

/** The events of a new run: FlowStarted now, the first state a second later. Times in milliseconds. */
export function startWalk(definition: JsonObject, input: JsonObject, at: number, context: WalkContext): Walk {
  const first: RunEvent = {
    at,
    log: { code: 'FlowStarted', description: 'The Flow run started execution', details: { input } },
    status: 'ACTIVE',
    shown: {
      code: 'FlowStarting',
      description: 'The Flow is starting execution',
      details: { input },
    },
  };
  const walk = walkFrom(definition, textOf(definition['StartAt']), input, at + SECOND, context);
  return { events: [first, ...walk.events], pause: walk.pause };
}

/**
 * Lays out what happens from a state on, until the run ends or waits for somebody. A run that loops is cut
 * off as failed.
 */
export function walkFrom(
  definition: JsonObject,
  from: string,
  input: JsonObject,
  startAt: number,
  context: WalkContext,
): Walk {
  const states = statesOf(definition);
  const events: RunEvent[] = [];
  let data = { ...input };
  let at = startAt;
  let state = states.get(from);
  for (let count = 0; state !== undefined && count < MOST_STATES; count += 1) {
    const place = { state_name: state.name, state_type: state.type };
    events.push(entry(at, `${state.type}Started`, `State ${state.name} started`, { ...place, input: data }));
    if (state.type === 'Fail') return { events: [...events, failure(at, state)], pause: null };
    const parameters = parametersOf(state, data);
    const missing = missingConsent(state, parameters, context);
    if (missing !== undefined) {
      const pause: RunPause = {
        at: at + SECOND,
        state: state.name,
        data,
        wait: { kind: 'consent', path: missing },
      };
      return { events: [...events, consentRequired(at + SECOND, state, missing)], pause };
    }
    if (isSelection(state)) {
      const wait = { kind: 'input' as const, webInputId: context.openWebInput(state, at) };
      return { events, pause: { at, state: state.name, data, wait } };
    }
    at += durationOf(state, parameters);
    data = withResult(state, data, resultOf(state, parameters));
    events.push(
      entry(at, `${state.type}Completed`, `State ${state.name} completed`, { ...place, output: data }),
    );
    const next = nextOf(state, data);
    if (next === undefined) return { events: [...events, success(at + SECOND, data)], pause: null };
    state = states.get(next);
  }
  return {
    events: [...events, ending(at, 'FAILED', 'FlowFailed', 'The Flow run did not come to an end')],
    pause: null,
  };
}

/** What follows the state that waited for an answer, once the answer is there. */
export function walkAfter(
  definition: JsonObject,
  pause: RunPause,
  answer: JsonObject,
  at: number,
  context: WalkContext,
): Walk {
  const state = statesOf(definition).get(pause.state);
  if (state === undefined) return { events: [], pause: null };
  const data = withResult(state, pause.data, answer);
  const done = entry(at, `${state.type}Completed`, `State ${state.name} completed`, {
    state_name: state.name,
    state_type: state.type,
    output: data,
  });
  const next = nextOf(state, data);
  if (next === undefined) return { events: [done, success(at + SECOND, data)], pause: null };
  const walk = walkFrom(definition, next, data, at, context);
  return { events: [done, ...walk.events], pause: walk.pause };
}

function entry(at: number, code: string, description: string, details: JsonObject): RunEvent {
  const log = { code, description, details };
  return { at, log, shown: log };
}

function ending(
  at: number,
  status: RunStatus,
  code: string,
  description: string,
  details: JsonObject = {},
): RunEvent {
  return { ...entry(at, code, description, details), status };
}

function success(at: number, output: JsonObject): RunEvent {
  const description = 'The Flow run reached a successful completion state';
  return {
    ...ending(at, 'SUCCEEDED', 'FlowSucceeded', description, { output }),
    shown: { code: 'FlowSucceeded', description, output },
  };
}

function failure(at: number, state: FlowState): RunEvent {
  return ending(at, 'FAILED', 'FlowFailed', 'The Flow run reached a Fail state', {
    state_name: state.name,
    error: textOf(state.body['Error'], 'FlowFailed'),
    cause: textOf(state.body['Cause']),
  });
}

/** INACTIVE with both the old `required_scope` and the canonical parameters (GLOBUS.md §6). */
function consentRequired(at: number, state: FlowState, path: readonly string[]): RunEvent {
  const required_scope = scopePath(path);
  const description = `Missing consent for the action of state ${state.name}`;
  const cause = { code: 'ConsentRequired', description, required_scope };
  return {
    ...ending(at, 'INACTIVE', 'ConsentRequired', description, { state_name: state.name, required_scope }),
    shown: {
      ...cause,
      authorization_parameters: { session_message: description, required_scopes: [required_scope] },
      details: {
        action_statuses: [
          {
            state_name: state.name,
            action_url: textOf(state.body['ActionUrl']),
            status: 'INACTIVE',
            details: cause,
          },
        ],
      },
    },
  };
}

/**
 * The scope path that an action lacks: Hello World names one in `required_dependent_scope`, a transfer that
 * touches the mapped collection needs its data_access (GLOBUS.md §3.4, §7).
 */
function missingConsent(
  state: FlowState,
  parameters: JsonObject,
  context: WalkContext,
): readonly string[] | undefined {
  if (state.type !== 'Action') return undefined;
  const dependent = textOf(parameters['required_dependent_scope']);
  const touchesMapped = Object.values(parameters).includes(MAPPED_COLLECTION_ID);
  const path =
    dependent !== ''
      ? [context.flowScope, HELLO_WORLD_SCOPE, dependent]
      : touchesMapped
        ? [context.flowScope, TRANSFER_SCOPE, DATA_ACCESS_SCOPE]
        : undefined;
  return path === undefined || context.hasConsent(path) ? undefined : path;
}

function isSelection(state: FlowState): boolean {
  return state.type === 'Action' && textOf(state.body['ActionUrl']).includes('/weboption/');
}
