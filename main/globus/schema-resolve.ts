import { asList, asObject, type JsonFields } from './json.ts';

/** A schema with its references followed and its first alternative taken. */
export interface ResolvedSchema {
  readonly fields: JsonFields;
  /** The JSON type to make: `object`; `string` where nothing tells. */
  readonly type: string;
  /** Every type allowed; empty: any. */
  readonly types: readonly string[];
  readonly references: readonly string[];
}

/** References and alternatives that are followed for one value. */
const MAX_STEPS = 16;
const MAX_ALL_OF = 20;

/**
 * Follows local `$ref`s, joins `allOf`, takes the first of `oneOf` or `anyOf` that is more than null. What
 * leads nowhere, out of the document or round in a circle counts as "any value".
 *
 * @param root the document that references point into
 * @param references already followed on the way to this value
 */
export function resolveSchema(schema: unknown, root: unknown, references: readonly string[]): ResolvedSchema {
  const followed = [...references];
  let fields = asObject(schema) ?? {};
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = opened(fields, root, followed);
    if (next === null) break;
    fields = next;
  }
  const types = typesOf(fields);
  return {
    fields,
    types,
    type: types.find((type) => type !== 'null') ?? types[0] ?? guess(fields),
    references: followed,
  };
}

/** One step, or null when there is none left. Notes the reference that it follows. */
function opened(fields: JsonFields, root: unknown, followed: string[]): JsonFields | null {
  const { $ref: reference, allOf, oneOf, anyOf, ...rest } = fields;
  if (typeof reference === 'string') {
    const target = followed.includes(reference) ? {} : (asObject(pointed(root, reference)) ?? {});
    followed.push(reference);
    return joined(target, { ...rest, ...given({ allOf, oneOf, anyOf }) });
  }
  if (Array.isArray(allOf)) {
    const parts = allOf.slice(0, MAX_ALL_OF).map((part: unknown) => asObject(part) ?? {});
    return parts.reduce<JsonFields>(joined, { ...rest, ...given({ oneOf, anyOf }) });
  }
  const alternatives = asList(Array.isArray(oneOf) ? oneOf : anyOf).map((one) => asObject(one) ?? {});
  if (alternatives.length === 0) return null;
  const first = alternatives.find((one) => one['type'] !== 'null') ?? alternatives[0] ?? {};
  return joined(rest, first);
}

/** Both must hold: fields of either, required by either; otherwise the later one is the more specific. */
function joined(one: JsonFields, other: JsonFields): JsonFields {
  const properties = { ...asObject(one['properties']), ...asObject(other['properties']) };
  const required = [...asList(one['required']), ...asList(other['required'])];
  // Each part may have alternatives or references of its own; the first ones are kept to be opened next.
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  };
}

function given(fields: JsonFields): JsonFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** `#`, `#/$defs/name`, `#/properties/a~1b` (RFC 6901); undefined for everything else. */
function pointed(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#') || reference.length > 500) return undefined;
  const steps = reference.slice(1).split('/');
  if (steps.shift() !== '') return undefined;
  return steps.reduce<unknown>((inner, step) => {
    const name = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(inner)) return (inner as unknown[])[Number(name)];
    const fields = asObject(inner);
    return fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
  }, root);
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

const TYPES: readonly unknown[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

function typesOf(fields: JsonFields): string[] {
  const { type } = fields;
  return (Array.isArray(type) ? (type as unknown[]) : [type]).filter(
    (one): one is string => typeof one === 'string' && TYPES.includes(one),
  );
}

function guess(fields: JsonFields): string {
  if (asObject(fields['properties']) !== null || Array.isArray(fields['required'])) return 'object';
  if (fields['items'] !== undefined || fields['prefixItems'] !== undefined) return 'array';
  return fields['minimum'] === undefined && fields['maximum'] === undefined ? 'string' : 'number';
}
