import type { Problem } from '../effects.ts';
import type { Environment } from '../globus/environments.ts';
import { originsOfScope } from '../globus/origins.ts';
import { shortNameOf } from '../globus/short-names.ts';
import { normalUuid } from '../globus/uuid.ts';
import { placeholdersOf } from '../snippets/placeholders.ts';
import type { WordPart } from '../snippets/posix.ts';
import { fillRequest, originOfService, targetOf } from '../snippets/request.ts';
import type { Values } from '../snippets/template.ts';
import type { Recipe, TokenInSnippet } from '../snippets/types.ts';
import { badValueProblem, missingValuesProblem, notReadOnlyProblem, otherHostProblem } from './words.ts';

export type Prepared =
  | { readonly ok: true; readonly url: string; readonly method: string; readonly json: string | null }
  | { readonly ok: false; readonly problem: Problem };

/**
 * A recipe as a request, or why it is not sent at all: it changes something, its service is not one that a token
 * of this scope may go to (CHECKLIST 17), a value is missing, unfit, or holds the token.
 *
 * @param token null before there is one: everything else is checked first
 */
export function prepare(
  environment: Environment,
  scope: string,
  recipe: Recipe,
  values: Values,
  token: string | null = null,
): Prepared {
  if (!recipe.readOnly) return { ok: false, problem: notReadOnlyProblem(recipe.title) };
  const origin = originOfService(environment, recipe);
  if (!originsOfScope(environment, scope).includes(origin)) {
    return { ok: false, problem: otherHostProblem(shortNameOf(scope)) };
  }
  const shown: TokenInSnippet = token === null ? { kind: 'dots' } : { kind: 'literal', token };
  try {
    const filled = fillRequest(recipe, { origin, token: shown, values });
    const target = targetOf(filled);
    const missing = missingIn(recipe, [...target, ...(filled.json ?? [])]);
    if (missing.length > 0) return { ok: false, problem: missingValuesProblem(missing) };
    const url = new URL(origin + textOf(target));
    if (url.origin !== origin) return { ok: false, problem: badValueProblem() };
    const json = filled.json === null ? null : textOf(filled.json);
    return { ok: true, url: url.href, method: filled.method, json };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) {
      return { ok: false, problem: badValueProblem() };
    }
    throw error;
  }
}

/** The flow that a request is about: its recipe's own, or the one that was filled in. */
export function flowIdOf(recipe: Recipe, values: Values): string | null {
  if (recipe.flowId !== undefined) return recipe.flowId;
  if (recipe.placeholders?.includes('flow_id') !== true || !Object.hasOwn(values, 'flow_id')) return null;
  return normalUuid((values['flow_id'] ?? '').trim());
}

function missingIn(recipe: Recipe, parts: readonly WordPart[]): string[] {
  const variables = parts.flatMap((part) => (typeof part === 'string' ? [] : [part.variable]));
  const fields = placeholdersOf(recipe).filter(({ name }) => variables.includes(name.toUpperCase()));
  return fields.map(({ label }) => label);
}

function textOf(parts: readonly WordPart[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : '')).join('');
}
