import { recipeOf, recipesOf, writeSnippet } from '../../agent-render.ts';
import type { SnippetAnswer } from '../../broker/contract.ts';
import type { Managed } from '../../broker/manage-port.ts';
import { flowIdOfScope } from '../../globus/flow-scope.ts';
import { TOOLS, type Tool } from '../../snippets/render.ts';
import type { Recipe } from '../../snippets/types.ts';
import { shortNameOf } from '../../tokens/scope-names.ts';
import { findKept, notKept } from './kept.ts';
import type { ManageParts } from './parts.ts';
import { done, refused, type Refusal } from './refusals.ts';

type SnippetParts = Pick<ManageParts, 'agent' | 'flowInput' | 'socket'>;

/**
 * A request that fetches its token from this socket when it runs: no token in it (CHECKLIST 39).
 *
 * @param tool curl when null @param wanted ID of a recipe; the scope's primary one when null
 */
export function snippet(
  parts: SnippetParts,
  text: string,
  tool: string | null,
  wanted: string | null,
): Managed<SnippetAnswer> {
  const { agent, flowInput, socket } = parts;
  const kept = findKept(parts, text);
  if (kept === null) return notKept();
  const chosen = TOOLS.find(({ id }) => id === (tool ?? 'curl'));
  if (chosen === undefined || !fetches(chosen)) return noTool();
  const { scope } = kept.entry;
  const flow = flowIdOfScope(scope);
  const input = flow === null ? undefined : (flowInput?.(flow) ?? {});
  const recipe = recipeOf(scope, wanted ?? undefined, input);
  if (recipe === undefined) return noRecipe(recipesOf(scope, input));
  const path = socket();
  if (path === null) return refused('busy', 'The socket is not open yet.', 'Ask again in a moment.');
  try {
    const written = writeSnippet(
      { scope, tool: chosen.id, recipe: recipe.id, flowInput: input },
      { kind: 'fetched', socket: path, scope: shortNameOf(scope) },
      agent.snapshot().environment,
    );
    return done({ scope, tool: chosen.id, recipe: recipe.id, text: written });
  } catch (error) {
    // What the renderers cannot write; their words name no secret, since they got none.
    if (error instanceof RangeError || error instanceof TypeError) return notWritten(error.message);
    throw error;
  }
}

/** One that signs in by itself needs no token at all. */
function fetches({ tokens }: Tool): boolean {
  return tokens.length === 0 || tokens.includes('fetched');
}

function noTool(): Refusal {
  const names = TOOLS.filter(fetches).map(({ id }) => id);
  return refused('not-found', 'There is no such tool.', `Choose one of: ${names.join(', ')}`);
}

function noRecipe(recipes: readonly Recipe[]): Refusal {
  return recipes.length === 0
    ? refused(
        'not-found',
        'No ready-made request is known for the service of this scope.',
        'Write your own with the header: globus-token header <scope>',
      )
    : refused(
        'not-found',
        'This scope has no such recipe.',
        `Choose one of: ${recipes.map(({ id }) => id).join(', ')}`,
      );
}

function notWritten(why: string): Refusal {
  return refused('not-found', `This cannot be written as a command: ${why}.`, 'Choose another tool.');
}
