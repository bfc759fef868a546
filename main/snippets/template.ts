import type { WordPart } from './posix.ts';

export type Values = Readonly<Record<string, string>>;

/** How a given value is written at the place where its placeholder stands. */
export type Encode = (value: string) => string;

/**
 * Cuts a template at its `{placeholder}` parts. A placeholder with a value becomes text, encoded for its
 * place; one without becomes a shell variable that stops the command with a plain sentence. One pass, so a
 * value that looks like a placeholder stays a value.
 */
export function fillTemplate(
  template: string,
  placeholders: readonly string[],
  values: Values,
  encode: Encode,
): WordPart[] {
  return template.split(/(\{[a-z_]+\})/).map((piece) => {
    const name = piece.slice(1, -1);
    if (!piece.startsWith('{') || !placeholders.includes(name)) return piece;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    // An empty field on a form means "not given"; an empty path segment would address something else.
    return value === undefined || value === '' ? variableFor(name) : encode(value);
  });
}

/** Percent-encodes all but RFC 3986's unreserved characters (§2.3), so that no shell or URL parser sees a sign. */
export function percentEncode(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new RangeError('a value cannot hold half a surrogate pair');
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The same for one path segment. `.` and `..` are refused: URL parsers remove them, encoded or not
 * (RFC 3986 §5.2.4), and the request would go to another path than the one on screen.
 */
export function pathSegment(value: string): string {
  if (value === '.' || value === '..') throw new RangeError(`"${value}" cannot be part of a path`);
  return percentEncode(value);
}

/**
 * JSON in ASCII controls only: what `JSON.stringify` leaves raw although a terminal or an editor would act
 * on it (DEL, C1, bidirectional marks, line separators) is escaped as well.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** True when the text holds something that a terminal could act on instead of showing it. */
export function hasControls(value: string): boolean {
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(value);
}

function variableFor(name: string): WordPart {
  const variable = name.toUpperCase();
  const noun = name.replace(/_id$/, '').replaceAll('_', ' ');
  const meaning = name.endsWith('_id')
    ? `the ID of ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
    : `the ${noun} from the answer before`;
  return { variable, required: `set ${variable} to ${meaning}` };
}
