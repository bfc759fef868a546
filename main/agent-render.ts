import type { Rendered, RenderRequest } from './agent-types.ts';
import type { Environment } from './globus/environments.ts';
import { findScope } from './globus/scopes.ts';
import { renderCurl } from './snippets/curl.ts';
import { renderHeader } from './snippets/header.ts';
import { findRecipe, recipesFor } from './snippets/recipes.ts';
import type { AccessToken } from './tokens/access-tokens.ts';

/**
 * The header or the snippet that was asked for, with the live token in it.
 * @throws RangeError for a recipe that the scope does not allow
 */
export function renderWith(token: AccessToken, request: RenderRequest, environment: Environment): Rendered {
  const name = findScope(request.scope)?.name ?? request.scope;
  const { value, expiresAt } = token;
  if (request.format === 'header') {
    return { text: renderHeader(value), what: `header for ${name}`, expiresAt };
  }
  const wanted = request.recipe === undefined ? recipesFor(name)[0] : findRecipe(request.recipe);
  if (wanted === undefined || !wanted.scopes.includes(name)) {
    throw new RangeError(`no such recipe for ${name}`);
  }
  const text = renderCurl(wanted, { origin: environment.flows, token: { kind: 'literal', token: value } });
  return { text, what: `curl for ${name}`, expiresAt };
}
