import type { RecipeView, ToolView } from '../../preload/contract.ts';
import { recipesOf, writeSnippet } from '../agent-render.ts';
import type { Environment } from '../globus/environments.ts';
import { flowIdOfScope } from '../globus/flow-scope.ts';
import { originsOfScope } from '../globus/origins.ts';
import { rootOf } from '../globus/scope-string.ts';
import { shortNameOf } from '../globus/short-names.ts';
import { placeholdersOf } from '../snippets/placeholders.ts';
import { TOOLS, type Tool } from '../snippets/render.ts';
import { originOfService } from '../snippets/request.ts';
import type { Recipe, TokenInSnippet, TokenMode } from '../snippets/types.ts';

/** What decides how a snippet looks; none of it is secret. */
export interface SnippetFacts {
  environment: Environment;
  /** Where the broker listens; null: nothing can be fetched. */
  socket: string | null;
  /** An input for the flow, `{}` where none is known yet. */
  flowInput: (flowId: string) => unknown;
}

/** The tools with the modes that work now; one that could get no token at all is left out. */
export function toolViews(socket: string | null): ToolView[] {
  return TOOLS.flatMap(({ id, label, tokens }) => {
    const modes = modesOf({ tokens }, socket);
    return tokens.length > 0 && modes.length === 0 ? [] : [{ id, label, modes }];
  });
}

/** The default first: fetched while the broker listens. */
export function modesOf({ tokens }: Pick<Tool, 'tokens'>, socket: string | null): TokenMode[] {
  if (socket !== null) return [...tokens];
  // A line that works as it stands comes before one that needs a variable.
  return tokens
    .filter((mode) => mode !== 'fetched')
    .sort((a, b) => Number(a === 'variable') - Number(b === 'variable'));
}

/** The token as it stands in a snippet that a screen shows, and in one that is copied without a secret. */
export function tokenInPreview(
  mode: TokenMode | null,
  scope: string,
  socket: string | null,
  account?: string,
): TokenInSnippet {
  if (mode === 'fetched' && socket !== null) {
    const whose = account === undefined ? {} : { account };
    return { kind: 'fetched', socket, scope: shortNameOf(rootOf(scope)), ...whose };
  }
  return mode === 'variable' ? { kind: 'variable' } : { kind: 'dots' };
}

/**
 * The recipes of a scope with curl's preview. Made once per scope and facts: the view is made anew at every
 * change, and with 500 entries the previews are nearly all of its work (CHECKLIST 57).
 */
export function recipeViews(scope: string, facts: SnippetFacts): RecipeView[] {
  const root = rootOf(scope);
  const flow = flowIdOfScope(root);
  const input = flow === null ? undefined : facts.flowInput(flow);
  const kept = made.get(root);
  if (
    kept !== undefined &&
    kept.environment === facts.environment &&
    kept.socket === facts.socket &&
    kept.input === input
  ) {
    return kept.views;
  }
  const views = makeViews(root, input, facts);
  if (made.size >= MAX_KEPT) made.clear();
  made.set(root, { environment: facts.environment, socket: facts.socket, input, views });
  return views;
}

interface Made {
  environment: Environment;
  socket: string | null;
  input: unknown;
  views: RecipeView[];
}
const made = new Map<string, Made>();
/** Twice the entries that must stay quick. */
const MAX_KEPT = 1_000;

function makeViews(scope: string, flowInput: unknown, { environment, socket }: SnippetFacts): RecipeView[] {
  const origins = originsOfScope(environment, scope);
  const [curl] = TOOLS;
  const mode = curl === undefined ? null : (modesOf(curl, socket)[0] ?? null);
  const token = tokenInPreview(mode, scope, socket);
  return recipesOf(scope, flowInput)
    .filter((recipe) => origins.includes(originOfService(environment, recipe)))
    .map((recipe) => ({
      ...plain(recipe),
      preview: writeSnippet({ scope, recipe: recipe.id, flowInput }, token, environment),
    }));
}

function plain(recipe: Recipe): Omit<RecipeView, 'preview'> {
  const { id, title, method, path, readOnly } = recipe;
  return {
    id,
    title,
    method,
    path,
    readOnly,
    placeholders: placeholdersOf(recipe).map((one) => ({ ...one })),
  };
}
