import type { Recipe } from './types.ts';

const VIEW_FLOWS = ['view_flows', 'manage_flows', 'all'];
const MANAGE_FLOWS = ['manage_flows', 'all'];
const VIEW_RUNS = ['run_status', 'run_manage', 'all'];
const MANAGE_RUNS = ['run_manage', 'all'];
const VIEW_APIS = ['view_flows', 'all'];
const VIEW_INPUTS = ['web_input_view', 'all'];
/** Any token of Globus Auth's own resource server answers for these (§1.2). */
const IDENTITY = ['openid', 'profile', 'email'];

/** Unlike `/runs?filter_flow_id=…` this call is not for `run_manage` (§4.1). */
const RUNS_OF_FLOW = ['run_status', 'all'];

/** The smallest definition that the service accepts: one state that does nothing. */
const DEFINITION = { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } };

/** The smallest API that can be registered (§5): an operation of an OpenAPI document. */
const REGISTERED_API = {
  name: 'My API',
  target: {
    type: 'openapi',
    openapi_version: '3.1',
    destination: { method: 'GET', url: 'https://api.example.org/items' },
    specification: { responses: { '200': { description: 'The items' } } },
  },
};

/**
 * Every call of GLOBUS.md §4.1 that needs no flow's own scope, and userinfo of §1.2. Every scope's menu is
 * this list, filtered: the order below is the order on screen. Requests as in §5.
 */
export const RECIPES: readonly Recipe[] = [
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
  read('list-flow-runs', 'Show runs of a flow', '/flows/{flow_id}/runs', RUNS_OF_FLOW, {
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

  // web inputs
  read('list-web-inputs', 'List open web inputs', '/web_inputs', VIEW_INPUTS, {
    query: [['filter_states', 'open']],
  }),
  read('get-web-input', 'Show a web input', '/web_inputs/{web_input_id}', VIEW_INPUTS, {
    placeholders: ['web_input_id'],
  }),
  write(
    'POST',
    'answer-web-input',
    'Answer a web input',
    '/web_inputs/{web_input_id}/respond',
    ['web_input_respond', 'all'],
    { body: { response: { value: '{option_id}' } }, placeholders: ['web_input_id', 'option_id'] },
  ),

  // registered APIs
  read('list-registered-apis', 'List registered APIs', '/registered_apis', VIEW_APIS, {
    query: [
      ['filter_roles', 'owner,administrator,viewer'],
      ['per_page', '100'],
    ],
  }),
  read('get-registered-api', 'Show a registered API', '/registered_apis/{registered_api_id}', VIEW_APIS, {
    placeholders: ['registered_api_id'],
  }),
  write('POST', 'register-api', 'Register an API', '/registered_apis', MANAGE_FLOWS, {
    body: REGISTERED_API,
  }),
  write(
    'PATCH',
    'update-registered-api',
    'Update a registered API',
    '/registered_apis/{registered_api_id}',
    MANAGE_FLOWS,
    { body: { description: 'New text' }, placeholders: ['registered_api_id'] },
  ),
  write(
    'DELETE',
    'delete-registered-api',
    'Delete a registered API',
    '/registered_apis/{registered_api_id}',
    MANAGE_FLOWS,
    { placeholders: ['registered_api_id'] },
  ),

  // Globus Auth
  read('userinfo', 'Show who I am', '/v2/oauth2/userinfo', IDENTITY, { service: 'auth' }),
];

type Parts = Partial<Pick<Recipe, 'query' | 'body' | 'placeholders' | 'readOnly' | 'service'>>;

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
