import { flowsError, type Detail } from './errors.ts';
import { HELLO_WORLD_SCOPE, TRANSFER_SCOPE } from './seed.ts';
import { isObject, textOf, type JsonObject } from './values.ts';

const STATE_TYPES = ['Action', 'Pass', 'Choice', 'Wait', 'Fail', 'ExpressionEval'] as const;
export type StateType = (typeof STATE_TYPES)[number];

export interface FlowState {
  name: string;
  type: StateType;
  body: JsonObject;
}

/** The states of a definition that passed `definitionErrors`. */
export function statesOf(definition: JsonObject): Map<string, FlowState> {
  const states = isObject(definition['States']) ? definition['States'] : {};
  return new Map(
    Object.entries(states).flatMap(([name, body]): [string, FlowState][] => {
      const type = isObject(body) ? stateType(body['Type']) : undefined;
      return isObject(body) && type !== undefined ? [[name, { name, type, body }]] : [];
    }),
  );
}

function stateType(value: unknown): StateType | undefined {
  return STATE_TYPES.find((type) => type === value);
}

/** Only flows without Action states may be started with the service scope `run` (GLOBUS.md §3.1). */
export function hasActions(definition: JsonObject): boolean {
  return [...statesOf(definition).values()].some((state) => state.type === 'Action');
}

/** Errors of form, each with its place: they make a 422 UNPROCESSABLE_ENTITY. */
export function definitionErrors(definition: JsonObject): Detail[] {
  const details: Detail[] = [];
  const required = (loc: Detail['loc']): void => {
    details.push({ loc, msg: 'field required', type: 'value_error.missing' });
  };
  if (typeof definition['StartAt'] !== 'string') required(['StartAt']);
  const states = definition['States'];
  if (!isObject(states) || Object.keys(states).length === 0) {
    required(['States']);
    return details;
  }
  for (const [name, body] of Object.entries(states)) {
    const loc = ['States', name];
    const type = isObject(body) ? stateType(body['Type']) : undefined;
    if (!isObject(body) || type === undefined) {
      details.push({
        loc: [...loc, 'Type'],
        msg: `unexpected value; permitted: ${STATE_TYPES.join(', ')}`,
        type: 'value_error.const',
      });
      continue;
    }
    if (type === 'Action' && !isUrl(body['ActionUrl'])) required([...loc, 'ActionUrl']);
    if (type === 'Choice' && !Array.isArray(body['Choices'])) required([...loc, 'Choices']);
    const isTerminal = body['End'] === true || typeof body['Next'] === 'string';
    if (type !== 'Choice' && type !== 'Fail' && !isTerminal) {
      details.push({
        loc,
        msg:
          `A state of type '${type}' must be defined as either terminal ("End": true) ` +
          `or transitional ("Next": "NextStateId")`,
        type: 'value_error',
      });
    }
  }
  return details;
}

/** Names the states that a state can lead to. */
export function successorsOf(state: FlowState): string[] {
  const choices: unknown[] = Array.isArray(state.body['Choices']) ? state.body['Choices'] : [];
  return [
    state.body['Next'],
    ...choices.map((choice) => (isObject(choice) ? choice['Next'] : undefined)),
    state.body['Default'],
  ].filter((next): next is string => typeof next === 'string');
}

/** Analysis of a well-formed definition: 422 FLOW_VALIDATION_FAILED when its transitions lead nowhere. */
export function requireSoundTransitions(definition: JsonObject): void {
  const states = statesOf(definition);
  const startAt = textOf(definition['StartAt']);
  const broken = [...states.values()].flatMap((state) =>
    successorsOf(state).filter((next) => !states.has(next)),
  );
  const unknown = states.has(startAt) ? broken[0] : startAt;
  if (unknown !== undefined) {
    throw flowsError(
      422,
      'FLOW_VALIDATION_FAILED',
      `Flow definition refers to the undefined state '${unknown}'`,
    );
  }
  const reached = new Set([startAt]);
  for (const name of reached) {
    const state = states.get(name);
    if (state !== undefined) successorsOf(state).forEach((next) => reached.add(next));
  }
  const unreachable = [...states.keys()].find((name) => !reached.has(name));
  if (unreachable !== undefined) {
    throw flowsError(
      422,
      'FLOW_VALIDATION_FAILED',
      `Flow definition has the unreachable state '${unreachable}'`,
    );
  }
}

const SERVICE = '5fac2e64-c734-4e6b-90ea-ff12ddbf9653';

/** Scopes of the hosted action providers by the start of their URL (GLOBUS.md §7), most special first. */
const PROVIDERS: readonly (readonly [string, string])[] = [
  ['https://actions.globus.org/hello_world', HELLO_WORLD_SCOPE],
  [
    'https://actions.globus.org/search/ingest',
    'https://auth.globus.org/scopes/actions.globus.org/search/ingest',
  ],
  ['https://actions.globus.org/search/delete', `https://auth.globus.org/scopes/${SERVICE}/search_delete`],
  [
    'https://actions.globus.org/notification/notify',
    `https://auth.globus.org/scopes/${SERVICE}/notification_notify`,
  ],
  [
    'https://actions.globus.org/weboption/',
    `https://auth.globus.org/scopes/${SERVICE}/weboption_wait_for_option`,
  ],
  ['https://actions.globus.org/expression_eval', `https://auth.globus.org/scopes/${SERVICE}/expression`],
  ['https://transfer.actions.globus.org/', TRANSFER_SCOPE],
  [
    'https://compute.actions.globus.org',
    'https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all',
  ],
];

/**
 * The scopes that a definition's actions need, by who they run as (`User` unless a state says otherwise).
 * An action provider that the sandbox does not know, and that the state names no scope for, gives
 * 409 SCOPE_RESOLUTION_FAILED.
 */
export function actionScopes(definition: JsonObject): Record<string, string[]> {
  const scopes: Record<string, string[]> = {};
  for (const state of statesOf(definition).values()) {
    if (state.type !== 'Action') continue;
    const url = textOf(state.body['ActionUrl']);
    const named = textOf(state.body['ActionScope']);
    const scope = named === '' ? PROVIDERS.find(([prefix]) => url.startsWith(prefix))?.[1] : named;
    if (scope === undefined) {
      throw flowsError(
        409,
        'SCOPE_RESOLUTION_FAILED',
        `The action provider at ${url} did not tell its scope`,
      );
    }
    const runAs = textOf(state.body['RunAs'], 'User');
    const known = (scopes[runAs] ??= []);
    if (!known.includes(scope)) known.push(scope);
  }
  return scopes;
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value);
}
