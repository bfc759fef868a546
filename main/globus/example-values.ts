import { exampleNumber, exampleString } from './example-scalars.ts';
import { asList, asObject, type JsonFields, type JsonValue, smallJson } from './json.ts';
import { plainText } from './plain-text.ts';
import { resolveSchema, type ResolvedSchema } from './schema-resolve.ts';

/** One field that a person must fill or may add. */
export interface Placeholder {
  /** JSON Pointer into the input (RFC 6901): `/source/id`. */
  readonly path: string;
  /** JSON type: `string`. */
  readonly type: string;
  /** The schema's own words, remote input. */
  readonly title: string | null;
  readonly description: string | null;
  /** What stands there now; null for a field that was left out. */
  readonly example: JsonValue;
  /** The values allowed, where the schema lists them. */
  readonly choices: readonly JsonValue[];
}

/** `known`: the schema itself names the value. */
export interface Example {
  readonly value: JsonValue;
  readonly known: boolean;
}

interface Place {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  /** References on the way here: one that comes again is a cycle. */
  readonly references: readonly string[];
}

const MAX_DEPTH = 8;
const MAX_VALUES = 300;
const MAX_FIELDS = 100;
const MAX_ITEMS = 5;
const MAX_CHOICES = 20;

/** Builds one example; collects what is invented on the way. One instance is one schema. */
export class ExampleBuilder {
  readonly placeholders: Placeholder[] = [];
  readonly optional: Placeholder[] = [];
  readonly #root: unknown;
  #values = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  build(): Example {
    if (asObject(this.#root) === null) return { value: {}, known: true };
    return this.#value(this.#root, { path: '', name: 'input', depth: 0, references: [] });
  }

  #value(schema: unknown, place: Place): Example {
    this.#values += 1;
    if (this.#values > MAX_VALUES || place.depth > MAX_DEPTH) return { value: null, known: false };
    const resolved = resolveSchema(schema, this.#root, place.references);
    const at = { ...place, references: resolved.references };
    const named = namedValue(resolved);
    if (named !== null) {
      if (named.choices.length > 1) this.#place(resolved, place, named.value, named.choices);
      return { value: named.value, known: true };
    }
    switch (resolved.type) {
      case 'object':
        return this.#object(resolved.fields, at);
      case 'array':
        return this.#array(resolved.fields, at);
      case 'null':
        return { value: null, known: true };
      case 'boolean':
        return this.#invented(resolved, place, false);
      case 'integer':
      case 'number':
        return this.#invented(resolved, place, exampleNumber(resolved.fields, resolved.type === 'integer'));
      default:
        return this.#invented(resolved, place, exampleString(resolved.fields, place.name));
    }
  }

  #object(fields: JsonFields, place: Place): Example {
    const properties = asObject(fields['properties']) ?? {};
    const required = [...new Set(asList(fields['required']).filter((name) => typeof name === 'string'))];
    const names = [...required, ...Object.keys(properties).filter((name) => !required.includes(name))];
    const entries: [string, JsonValue][] = [];
    for (const name of names.slice(0, MAX_FIELDS)) {
      const inner = inside(place, name, name);
      const schema = Object.hasOwn(properties, name) ? properties[name] : true;
      if (required.includes(name)) {
        entries.push([name, this.#value(schema, inner).value]);
        continue;
      }
      const resolved = resolveSchema(schema, this.#root, place.references);
      const value = namedValue(resolved)?.value;
      if (value === undefined) this.optional.push(placeholder(resolved, inner, null, []));
      else entries.push([name, value]);
    }
    // `fromEntries` defines properties, so that a field called `__proto__` is a field.
    return { value: Object.fromEntries(entries), known: true };
  }

  #array(fields: JsonFields, place: Place): Example {
    const tuple = asList(fields['prefixItems'] ?? fields['items']);
    const least = typeof fields['minItems'] === 'number' ? fields['minItems'] : 0;
    const most = typeof fields['maxItems'] === 'number' ? fields['maxItems'] : MAX_ITEMS;
    const wanted = tuple.length > 0 ? tuple.length : Math.max(1, least);
    const count = Math.max(0, Math.min(wanted, most, MAX_ITEMS));
    const items = Array.from({ length: Number.isFinite(count) ? Math.trunc(count) : 1 }, (_, index) => {
      const schema = tuple.length > 0 ? tuple[index] : fields['items'];
      return this.#value(schema ?? true, inside(place, String(index), place.name)).value;
    });
    return { value: items, known: true };
  }

  #invented(resolved: ResolvedSchema, place: Place, value: JsonValue): Example {
    this.#place(resolved, place, value, []);
    return { value, known: false };
  }

  #place(resolved: ResolvedSchema, place: Place, value: JsonValue, choices: readonly JsonValue[]): void {
    this.placeholders.push(placeholder(resolved, place, value, choices));
  }
}

/** What the schema says itself: `const`, an example, the default, the first of the choices. */
function namedValue({
  fields,
  types,
}: ResolvedSchema): { value: JsonValue; choices: readonly JsonValue[] } | null {
  const choices = asList(fields['enum'])
    .slice(0, MAX_CHOICES)
    .flatMap((choice) => smallJson(choice) ?? []);
  const given = [fields['const'], asList(fields['examples'])[0], fields['example'], fields['default']];
  const fitting = [...given, ...choices].map((value) => smallJson(value));
  const value = fitting.find((candidate) => candidate !== undefined && isOfType(candidate, types));
  if (value === undefined) return null;
  return { value, choices: given.some((one) => one !== undefined) ? [] : choices };
}

function isOfType(value: JsonValue, types: readonly string[]): boolean {
  const own = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return types.length === 0 || types.includes(own) || (types.includes('integer') && Number.isInteger(value));
}

function inside(place: Place, step: string, name: string): Place {
  const escaped = step.replaceAll('~', '~0').replaceAll('/', '~1');
  return { ...place, path: `${place.path}/${escaped}`, name, depth: place.depth + 1 };
}

function placeholder(
  { fields, type }: ResolvedSchema,
  place: Place,
  example: JsonValue,
  choices: readonly JsonValue[],
): Placeholder {
  return {
    path: place.path,
    type,
    title: words(fields['title'], 120),
    description: words(fields['description'], 400),
    example,
    choices,
  };
}

function words(value: unknown, maximum: number): string | null {
  const text = typeof value === 'string' ? plainText(value, maximum) : '';
  return text === '' ? null : text;
}
