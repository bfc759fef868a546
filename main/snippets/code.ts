import type { WordPart } from './posix.ts';
import { fillTemplate } from './template.ts';
import type { SnippetOptions } from './request.ts';
import type { Recipe } from './types.ts';

/** How a programming language writes what a request is made of. */
export interface Language {
  /** A string literal. */
  text(value: string): string;
  /** An expression for a variable of the environment, e.g. `run_id`. */
  name(variable: string): string;
  constant(value: null | boolean): string;
  /** The key of an object literal. */
  key(name: string): string;
}

/** Adds up text and variables; `encode` wraps a variable whose place needs it. */
export function concatenate(
  language: Language,
  parts: readonly WordPart[],
  encode: (expression: string) => string = (expression) => expression,
): string {
  const terms: string[] = [];
  let text: string | null = null;
  for (const part of parts) {
    if (typeof part === 'string') {
      text = (text ?? '') + part;
      continue;
    }
    if (text !== null && text !== '') terms.push(language.text(text));
    text = null;
    terms.push(encode(language.name(part.variable)));
  }
  if ((text !== null && text !== '') || terms.length === 0) terms.push(language.text(text ?? ''));
  return terms.join(' + ');
}

/** A JSON value as a literal of the language, placeholders in its strings filled in. */
export function literal(language: Language, value: unknown, recipe: Recipe, options: SnippetOptions): string {
  if (typeof value === 'string') {
    const parts = fillTemplate(value, recipe.placeholders ?? [], options.values ?? {}, (given) => given);
    return concatenate(language, parts);
  }
  if (typeof value === 'number') return JSON.stringify(value);
  if (value === null || typeof value === 'boolean') return language.constant(value);
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => literal(language, item, recipe, options)).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => `${language.key(name)}: ${literal(language, field, recipe, options)}`);
    return `{${fields.join(', ')}}`;
  }
  throw new RangeError('a request body holds JSON only');
}

/** The placeholders without a value, as their environment variables. */
export function missingNames(recipe: Recipe, { values = {} }: SnippetOptions): string[] {
  return (recipe.placeholders ?? [])
    .filter((name) => !Object.hasOwn(values, name) || values[name] === '')
    .map((name) => name.toUpperCase());
}
