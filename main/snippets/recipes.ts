import { RECIPES } from './catalog.ts';
import { pathSegment } from './template.ts';
import type { Recipe } from './types.ts';

/**
 * The recipes that a scope of the catalog allows (GLOBUS.md §4.1), the primary one first: read-only and
 * complete as it stands, so that the first paste works, except for `run` and `web_input_respond`, which allow
 * one writing call each.
 *
 * @param scopeName a catalog name: `view_flows`; an unknown one has no recipes
 */
export function recipesFor(scopeName: string): readonly Recipe[] {
  return RECIPES.filter((recipe) => recipe.scopes.includes(scopeName));
}

/** @param id stable name within the catalog: `list-flows` */
export function findRecipe(id: string): Recipe | undefined {
  return RECIPES.find((recipe) => recipe.id === id);
}

export interface FlowOfRecipes {
  readonly id: string;
  /** The flow's own scope, the full string. */
  readonly scope: string;
  /** An input that fits the flow's schema; `{}` where none is known. */
  readonly exampleBody: unknown;
}

/**
 * The recipes of one flow's own scope (GLOBUS.md §4.1 "FLOW"), the dry check first: it changes nothing, so
 * that a paste by mistake starts no run. The flow's ID stands in the paths already.
 */
export function recipesForFlow({ id, scope, exampleBody }: FlowOfRecipes): readonly Recipe[] {
  const flow = `/flows/${pathSegment(id)}`;
  const common = { scopes: [scope], flowId: id };
  return [
    {
      ...common,
      id: 'flow-validate-run',
      title: 'Check an input',
      method: 'POST',
      path: `${flow}/validate_run`,
      body: { body: exampleBody },
      readOnly: true,
    },
    {
      ...common,
      id: 'flow-start',
      title: 'Start the flow',
      method: 'POST',
      path: `${flow}/run`,
      body: { body: exampleBody, label: 'Started with curl', tags: ['demo'] },
      readOnly: false,
    },
    {
      ...common,
      id: 'flow-runs',
      title: 'List its runs',
      method: 'GET',
      path: `${flow}/runs`,
      readOnly: true,
    },
    {
      ...common,
      id: 'flow-resume',
      title: 'Resume a run',
      method: 'POST',
      path: '/runs/{run_id}/resume',
      placeholders: ['run_id'],
      readOnly: false,
    },
  ];
}
