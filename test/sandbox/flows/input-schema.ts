import { flowsError, type Detail } from './errors.ts';
import { isObject, type JsonObject } from './values.ts';

/**
 * The part of JSON Schema that flow inputs use in the sandbox: `type`, `required`, `properties`, `enum`,
 * `items`, `additionalProperties`. Messages are those of the Python validator that Flows runs.
 */
export function inputErrors(schema: JsonObject, value: unknown, path = '$'): Detail[] {
  const { type } = schema;
  if (typeof type === 'string' && !isOfType(type, value)) {
    return [problem(path, `${show(value)} is not of type '${type}'`)];
  }
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) {
    return [problem(path, `${show(value)} is not one of ${show(schema['enum'])}`)];
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return isObject(items)
      ? value.flatMap((item, index) => inputErrors(items, item, `${path}[${index}]`))
      : [];
  }
  return isObject(value) ? objectErrors(schema, value, path) : [];
}

function objectErrors(schema: JsonObject, value: JsonObject, path: string): Detail[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const details: Detail[] = required
    .filter((name): name is string => typeof name === 'string' && !Object.hasOwn(value, name))
    .map((name) => problem(path, `'${name}' is a required property`));
  for (const [name, item] of Object.entries(value)) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : schema['additionalProperties'];
    if (inner === false) {
      details.push(problem(path, `Additional properties are not allowed ('${name}' was unexpected)`));
    } else if (isObject(inner)) {
      details.push(...inputErrors(inner, item, `${path}.${name}`));
    }
  }
  return details;
}

/** 400 FLOW_INPUT_ERROR (GLOBUS.md §4.5) unless the run's `body` fits the flow's input schema. */
export function requireValidInput(schema: JsonObject, input: JsonObject): void {
  const details = inputErrors(schema, input);
  if (details.length > 0) throw flowsError(400, 'FLOW_INPUT_ERROR', details);
}

/** What is wrong with a schema itself; its `type`s must be JSON Schema's. */
export function schemaErrors(schema: JsonObject, loc: Detail['loc'] = []): Detail[] {
  const details: Detail[] = [];
  const { type } = schema;
  if (type !== undefined && !(typeof type === 'string' && TYPES.includes(type))) {
    details.push({ loc: [...loc, 'type'], msg: `${show(type)} is not a valid type`, type: 'value_error' });
  }
  const { properties } = schema;
  if (properties !== undefined && !isObject(properties)) {
    details.push({ loc: [...loc, 'properties'], msg: 'value is not a valid dict', type: 'type_error.dict' });
  }
  for (const [name, inner] of Object.entries(isObject(properties) ? properties : {})) {
    if (isObject(inner)) details.push(...schemaErrors(inner, [...loc, 'properties', name]));
  }
  return details;
}

const TYPES: readonly string[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function problem(path: string, msg: string): Detail {
  return { loc: [path], msg, type: 'InvalidActionInput' };
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
