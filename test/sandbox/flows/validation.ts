import { flowsError, unprocessable, type Detail } from './errors.ts';
import { isObject, isPrincipal, isUuid, type JsonObject } from './values.ts';

/** The JSON object of a request body; an empty body is an empty object, as the SDKs send none for "no data". */
export function bodyOf(text: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    throw flowsError(400, 'BAD_REQUEST', 'The request body is not valid JSON');
  }
  throw unprocessable([{ loc: [], msg: 'value is not a valid dict', type: 'type_error.dict' }]);
}

/**
 * Checks the fields of one body and collects everything that is wrong, in the form of pydantic's error list
 * (GLOBUS.md §4.5). Field methods answer undefined for an absent field; `finish` throws 422 if any was bad.
 */
export class BodyCheck {
  readonly #body: JsonObject;
  readonly #details: Detail[] = [];

  constructor(body: JsonObject) {
    this.#body = body;
  }

  add(loc: Detail['loc'], msg: string, type = 'value_error'): void {
    this.#details.push({ loc, msg, type });
  }

  require(...names: string[]): void {
    for (const name of names) {
      if (this.#body[name] === undefined) this.add([name], 'field required', 'value_error.missing');
    }
  }

  /** Lengths in characters, both included. */
  text(name: string, min: number, max: number): string | undefined {
    const value = this.#body[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      this.add([name], 'str type expected', 'type_error.str');
      return undefined;
    }
    if (value.length < min) {
      this.add([name], `ensure this value has at least ${min} characters`, 'value_error.any_str.min_length');
    }
    if (value.length > max) {
      this.add([name], `ensure this value has at most ${max} characters`, 'value_error.any_str.max_length');
    }
    return value;
  }

  /** A list of texts with at most `total` characters together. */
  texts(name: string, total: number): readonly string[] | undefined {
    const value = this.#body[name];
    if (value === undefined) return undefined;
    if (!isTexts(value)) {
      this.add([name], 'value is not a valid list of str', 'type_error.list');
      return undefined;
    }
    if (value.join('').length > total) {
      this.add([name], `ensure this value has at most ${total} characters in total`, 'value_error.list');
    }
    return value;
  }

  /** At most 16 different principals, or one of the `words` that stand for many (GLOBUS.md §4.3). */
  principals(name: string, ...words: string[]): readonly string[] | undefined {
    const value = this.#body[name];
    if (value === undefined) return undefined;
    if (!isTexts(value)) {
      this.add([name], 'value is not a valid list of str', 'type_error.list');
      return undefined;
    }
    if (value.length > 16) {
      this.add([name], 'ensure this value has at most 16 items', 'value_error.list.max_items');
    }
    if (new Set(value).size !== value.length) {
      this.add([name], 'the list has duplicated items', 'value_error.list.unique_items');
    }
    value.forEach((principal, index) => {
      if (isPrincipal(principal) || words.includes(principal)) return;
      this.add([name, index], `Unrecognized principal string: "${principal}"`);
    });
    return value;
  }

  object(name: string): JsonObject | undefined {
    const value = this.#body[name];
    if (value === undefined || isObject(value)) return value;
    this.add([name], 'value is not a valid dict', 'type_error.dict');
    return undefined;
  }

  /** A UUID, null or one of the `words`. */
  uuidOrNull(name: string, ...words: string[]): string | null | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null || isUuid(value)) return value;
    if (typeof value === 'string' && words.includes(value)) return value;
    this.add([name], 'value is not a valid uuid', 'type_error.uuid');
    return undefined;
  }

  oneOf(name: string, words: readonly string[]): string | undefined {
    const value = this.#body[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && words.includes(value)) return value;
    this.add([name], `unexpected value; permitted: ${words.join(', ')}`, 'value_error.const');
    return undefined;
  }

  /** Takes over what another check found, below `prefix`. */
  merge(prefix: Detail['loc'], found: readonly Detail[] | BodyCheck): void {
    const details = found instanceof BodyCheck ? found.#details : found;
    for (const detail of details) this.#details.push({ ...detail, loc: [...prefix, ...detail.loc] });
  }

  finish(): void {
    if (this.#details.length > 0) throw unprocessable(this.#details);
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
