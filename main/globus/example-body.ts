import { ExampleBuilder, type Placeholder } from './example-values.ts';
import type { JsonValue } from './json.ts';

/** An input that a flow's schema allows, as far as an example can know. */
export interface ExampleInput {
  /** Required fields first, then optional ones for which the schema itself names a value. */
  readonly input: { readonly [name: string]: JsonValue };
  /** What a person must look at: invented values, and choices. In the order of the input. */
  readonly placeholders: readonly Placeholder[];
  /** Optional fields that were left out, because an invented value could do harm. */
  readonly optional: readonly Placeholder[];
}

/**
 * An example for a flow's `input_schema` (JSON Schema, GLOBUS.md §4.4). Takes anything: remote input of any
 * size, depth or form gives a small example, and never an exception.
 *
 * @param schema null (hidden in lists) and what is no schema give an empty input
 */
export function exampleInput(schema: unknown): ExampleInput {
  const builder = new ExampleBuilder(schema);
  const { value } = builder.build();
  // The service takes objects only, whatever the schema allows.
  if (!isJsonObject(value)) return { input: {}, placeholders: [], optional: [] };
  return { input: value, placeholders: builder.placeholders, optional: builder.optional };
}

/**
 * The body of `POST /flows/{id}/run` (GLOBUS.md §4.3).
 * @param label shown in the list of runs; 64 characters at most
 */
export function exampleRunBody(
  schema: unknown,
  label: string,
): { body: ExampleInput['input']; label: string } {
  return { body: exampleInput(schema).input, label: [...label].slice(0, MAX_LABEL).join('') };
}

const MAX_LABEL = 64;

function isJsonObject(value: JsonValue): value is ExampleInput['input'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
