import type { Rendered, RenderRequest } from './agent-types.ts';
import type { Environment } from './globus/environments.ts';
import { flowIdOfScope } from './globus/flow-scope.ts';
import { findCatalogScope } from './globus/scopes.ts';
import { originsOfScope } from './globus/origins.ts';
import { rootOf } from './globus/scope-string.ts';
import { shortNameOf } from './globus/short-names.ts';
import { renderHeader } from './snippets/header.ts';
import { recipesFor, recipesForFlow } from './snippets/recipes.ts';
import { renderSnippet, type ToolId } from './snippets/render.ts';
import { originOfService } from './snippets/request.ts';
import type { Recipe, TokenInSnippet } from './snippets/types.ts';
import type { AccessToken } from './tokens/access-tokens.ts';

/**
 * The header or the snippet that was asked for, with the live token in it.
 * @throws RangeError for a recipe that the scope does not allow, a tool that cannot do it, or a value that its
 *   place cannot hold
 */
export function renderWith(token: AccessToken, request: RenderRequest, environment: Environment): Rendered {
  const { value, expiresAt } = token;
  if (request.format === 'header') {
    return { text: renderHeader(value), what: whatOf(request), expiresAt };
  }
  const text = writeSnippet(request, { kind: 'literal', token: value }, environment);
  return { text, what: whatOf(request), expiresAt };
}

export type SnippetParts = Pick<RenderRequest, 'scope' | 'recipe' | 'tool' | 'values' | 'flowInput'>;

/**
 * One snippet. Without a recipe the scope's primary one, without a tool curl.
 * @throws as `renderWith`
 */
export function writeSnippet(parts: SnippetParts, token: TokenInSnippet, environment: Environment): string {
  const { scope, tool = 'curl', values = {} } = parts;
  const recipe = recipeOf(scope, parts.recipe, parts.flowInput);
  const origin = recipe === undefined ? undefined : originOf(scope, recipe, environment);
  if (recipe === undefined || origin === undefined) {
    throw new RangeError(`no such recipe for ${shortNameOf(scope)}`);
  }
  const text = renderSnippet(recipe, { tool, token, origin, values });
  if (text === null) throw new RangeError('this tool has no command for that');
  return text;
}

/**
 * What a scope allows, the primary one first; none for services whose API this app does not know. A name such
 * as `all` means different things on different resource servers, so the catalog's own entry decides: its names are unique.
 *
 * @param scope full scope string, brackets allowed
 * @param flowInput an input for the flow's own scope, where one is known
 */
export function recipesOf(scope: string, flowInput: unknown = {}): readonly Recipe[] {
  const root = rootOf(scope);
  const flow = flowIdOfScope(root);
  if (flow !== null) return recipesForFlow({ id: flow, scope: root, exampleBody: flowInput });
  const entry = findCatalogScope(root);
  return entry === undefined ? [] : recipesFor(entry.name);
}

/** @param id absent: the primary one */
export function recipeOf(scope: string, id: string | undefined, flowInput?: unknown): Recipe | undefined {
  const recipes = recipesOf(scope, flowInput);
  return id === undefined ? recipes[0] : recipes.find((recipe) => recipe.id === id);
}

/**
 * "curl for view_flows", "header for flow:…": names a copy without its secret.
 * @param name what people know the scope by, where that is not its short name
 */
export function whatOf(
  request: Pick<RenderRequest, 'scope' | 'format' | 'tool'>,
  name = shortNameOf(rootOf(request.scope)),
): string {
  if (request.format === 'header') return `header for ${name}`;
  return `${WORDS[request.tool ?? 'curl']} for ${name}`;
}

/** The origin that the scope's token may be sent to for this recipe (CHECKLIST 17); undefined for none. */
function originOf(scope: string, recipe: Recipe, environment: Environment): string | undefined {
  const origin = originOfService(environment, recipe);
  return originsOfScope(environment, scope).includes(origin) ? origin : undefined;
}

/** As the middle of a sentence. */
const WORDS: Readonly<Record<ToolId, string>> = {
  curl: 'curl',
  powershell: 'curl (PowerShell)',
  cmd: 'curl (cmd)',
  httpie: 'HTTPie',
  'python-requests': 'Python',
  'python-sdk': 'Python',
  javascript: 'JavaScript',
  'globus-cli': 'Globus CLI',
  'globus-token': 'globus-token curl',
};
