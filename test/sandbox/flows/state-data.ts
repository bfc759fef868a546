import type { FlowState } from './definition.ts';
import { isObject, textOf, type JsonObject } from './values.ts';

const SECOND = 1_000;
/** Runs live a year at most (GLOBUS.md §4.3), so no wait is longer. */
const LONGEST_RUN = 365 * 24 * 3_600 * SECOND;

/** `"name.$": "$.a.b"` takes a value from the run's data; everything else is literal. */
export function parametersOf(state: FlowState, data: JsonObject): JsonObject {
  const parameters = isObject(state.body['Parameters']) ? state.body['Parameters'] : {};
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), valueAt(data, value)]
        : [name, value],
    ),
  );
}

function valueAt(data: JsonObject, path: string): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), data);
}

export function resultOf(state: FlowState, parameters: JsonObject): unknown {
  if (state.type !== 'Action') return state.body['Result'];
  return { status: 'SUCCEEDED', state_name: state.name, details: parameters };
}

/** `ResultPath` of the form `$.Name`; without one the data stays as it is. */
export function withResult(state: FlowState, data: JsonObject, result: unknown): JsonObject {
  const name = /^\$\.(\w+)$/.exec(textOf(state.body['ResultPath']))?.[1];
  return name === undefined || result === undefined ? data : { ...data, [name]: result };
}

/** Milliseconds that a state takes: what it names, else half a minute for transfers and 5 s for actions. */
export function durationOf(state: FlowState, parameters: JsonObject): number {
  if (state.type === 'Wait') return secondsOf(state.body['Seconds']) ?? 0;
  if (state.type !== 'Action') return 0;
  const usual = textOf(state.body['ActionUrl']).includes('transfer') ? 30 * SECOND : 5 * SECOND;
  return secondsOf(parameters['sleep_time']) ?? usual;
}

function secondsOf(value: unknown): number | undefined {
  return typeof value === 'number' ? Math.min(Math.max(value, 0) * SECOND, LONGEST_RUN) : undefined;
}

/** A Choice takes the first rule whose `Variable` equals what it names, else its default. */
export function nextOf(state: FlowState, data: JsonObject): string | undefined {
  if (state.type !== 'Choice') return textOf(state.body['Next']) || undefined;
  const choices: unknown[] = Array.isArray(state.body['Choices']) ? state.body['Choices'] : [];
  const taken = choices.filter(isObject).find((choice) => {
    const value = valueAt(data, textOf(choice['Variable']));
    return [choice['StringEquals'], choice['BooleanEquals'], choice['NumericEquals']].some(
      (wanted) => wanted !== undefined && wanted === value,
    );
  });
  return textOf(taken?.['Next'], textOf(state.body['Default'])) || undefined;
}
