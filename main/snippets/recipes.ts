import type { Recipe } from './types.ts';

/**
 * The recipes that a Flows scope allows (GLOBUS.md §4.1 "Menu per scope"), the primary one first: read-only
 * and complete as it stands, so that the first paste works, except for `run`, which allows starting alone.
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

const VIEW_FLOWS = ['view_flows', 'manage_flows', 'all'];
const MANAGE_FLOWS = ['manage_flows', 'all'];
const VIEW_RUNS = ['run_status', 'run_manage', 'all'];
const MANAGE_RUNS = ['run_manage', 'all'];
const ALL = ['all'];

/** The smallest definition that the service accepts: one state that does nothing. */
const DEFINITION = { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } };

/** Every scope's menu is this list, filtered: the order below is the order on screen. Requests as in §5. */
const RECIPES: readonly Recipe[] = [
  // flows
  read('list-flows', 'List my flows', '/flows', VIEW_FLOWS, {
    query: [
      ['filter_roles', 'flow_owner'],
      ['orderby', 'updated_at DESC'],
    ],
  }),
  read('get-flow', 'Show a flow', '/flows/{flow_id}', VIEW_FLOWS, { placeholders: ['flow_id'] }),
  read('next-flows', 'Next page of flows', '/flows', VIEW_FLOWS, {
    query: [['marker', '{marker}']],
    placeholders: ['marker'],
  }),
  write('POST', 'validate-flow', 'Validate a flow', '/flows/validate', MANAGE_FLOWS, {
    body: { definition: DEFINITION, input_schema: {} },
    readOnly: true,
  }),
  write('POST', 'create-flow', 'Create a flow', '/flows', MANAGE_FLOWS, {
    body: { title: 'My flow', definition: DEFINITION, input_schema: { type: 'object' } },
  }),
  write('PUT', 'update-flow', 'Update a flow', '/flows/{flow_id}', MANAGE_FLOWS, {
    body: { subtitle: 'New subtitle' },
    placeholders: ['flow_id'],
  }),
  write('DELETE', 'delete-flow', 'Delete a flow', '/flows/{flow_id}', MANAGE_FLOWS, {
    placeholders: ['flow_id'],
  }),

  // starting: `run` works for flows without external actions only, and `all` does not work at all (§0.4–5)
  write('POST', 'start-flow', 'Start a basic flow', '/flows/{flow_id}/run', ['run'], {
    body: { body: {}, label: 'Started with curl', tags: ['demo'] },
    placeholders: ['flow_id'],
  }),

  // runs
  read('list-runs', 'List unfinished runs', '/runs', VIEW_RUNS, {
    query: [
      ['filter_status', 'ACTIVE,INACTIVE'],
      ['orderby', 'start_time DESC'],
    ],
  }),
  read('list-runs-of-flow', 'List runs of a flow', '/runs', VIEW_RUNS, {
    query: [['filter_flow_id', '{flow_id}']],
    placeholders: ['flow_id'],
  }),
  read('get-run', 'Show a run', '/runs/{run_id}', VIEW_RUNS, {
    query: [['include_flow_description', 'true']],
    placeholders: ['run_id'],
  }),
  read('get-run-log', 'Show a run log', '/runs/{run_id}/log', VIEW_RUNS, {
    query: [
      ['limit', '100'],
      ['reverse_order', 'false'],
    ],
    placeholders: ['run_id'],
  }),
  read('get-run-definition', 'Show a run definition', '/runs/{run_id}/definition', VIEW_RUNS, {
    placeholders: ['run_id'],
  }),
  write('PUT', 'update-run', 'Update a run', '/runs/{run_id}', MANAGE_RUNS, {
    body: { label: 'New label', tags: ['a', 'b'] },
    placeholders: ['run_id'],
  }),
  write('POST', 'cancel-run', 'Cancel a run', '/runs/{run_id}/cancel', MANAGE_RUNS, {
    placeholders: ['run_id'],
  }),
  write('POST', 'release-run', 'Delete an ended run', '/runs/{run_id}/release', MANAGE_RUNS, {
    placeholders: ['run_id'],
  }),
  write('POST', 'cancel-runs', 'Cancel several runs', '/batch/runs', MANAGE_RUNS, {
    body: { filters: { run_ids: ['{run_id}'] }, set: { status: 'cancel' } },
    placeholders: ['run_id'],
  }),

  // the rest of what `all` covers
  read('list-web-inputs', 'List open web inputs', '/web_inputs', ALL, { query: [['filter_states', 'open']] }),
  read('get-web-input', 'Show a web input', '/web_inputs/{web_input_id}', ALL, {
    placeholders: ['web_input_id'],
  }),
  write('POST', 'answer-web-input', 'Answer a web input', '/web_inputs/{web_input_id}/respond', ALL, {
    body: { response: { value: '{option_id}' } },
    placeholders: ['web_input_id', 'option_id'],
  }),
  read('list-registered-apis', 'List registered APIs', '/registered_apis', ALL, {
    query: [
      ['filter_roles', 'owner,administrator,viewer'],
      ['per_page', '100'],
    ],
  }),
  read('get-registered-api', 'Show a registered API', '/registered_apis/{registered_api_id}', ALL, {
    placeholders: ['registered_api_id'],
  }),
  write(
    'DELETE',
    'delete-registered-api',
    'Delete a registered API',
    '/registered_apis/{registered_api_id}',
    ALL,
    {
      placeholders: ['registered_api_id'],
    },
  ),
];

type Parts = Partial<Pick<Recipe, 'query' | 'body' | 'placeholders' | 'readOnly'>>;

function read(id: string, title: string, path: string, scopes: readonly string[], parts: Parts): Recipe {
  return { id, title, method: 'GET', path, scopes, readOnly: true, ...parts };
}

function write(
  method: Recipe['method'],
  id: string,
  title: string,
  path: string,
  scopes: readonly string[],
  parts: Parts,
): Recipe {
  return { id, title, method, path, scopes, readOnly: false, ...parts };
}
