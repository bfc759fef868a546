import type { ServiceScope } from './auth.ts';
import type { Handler } from './call.ts';
import { createFlow, updateFlow, validateFlow } from './flow-changes.ts';
import { deleteFlow, getFlow, listFlows } from './flows.ts';
import {
  createRegisteredApi,
  deleteRegisteredApi,
  getRegisteredApi,
  listRegisteredApis,
  updateRegisteredApi,
} from './registered-apis.ts';
import { batchRuns, cancelRunCall, releaseRun, resumeRunCall, updateRun } from './run-changes.ts';
import { getRun, getRunDefinition, getRunLog, listFlowRuns, listRuns } from './runs.ts';
import { runFlow, validateRun } from './start.ts';
import { getWebInput, listWebInputs, respondToWebInput } from './web-inputs.ts';

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{name}` stands for one part of the path. */
  path: string;
  summary: string;
  /**
   * Any one suffices; the first is the least and is the one that a refusal names. `handler`: the handler
   * checks, because a flow's own scope is involved.
   */
  scopes: readonly [ServiceScope, ...ServiceScope[]] | 'handler';
  handle: Handler;
}

const VIEW: Route['scopes'] = ['view_flows', 'manage_flows', 'all'];
const MANAGE: Route['scopes'] = ['manage_flows', 'all'];
const RUN_VIEW: Route['scopes'] = ['run_status', 'run_manage', 'all'];
const RUN_MANAGE: Route['scopes'] = ['run_manage', 'all'];
const API_VIEW: Route['scopes'] = ['view_flows', 'all'];
const INPUT_VIEW: Route['scopes'] = ['web_input_view', 'all'];
const INPUT_RESPOND: Route['scopes'] = ['web_input_respond', 'all'];

function route(
  method: Route['method'],
  path: string,
  scopes: Route['scopes'],
  handle: Handler,
  summary: string,
): Route {
  return { method, path, summary, scopes, handle };
}

/** The whole API (GLOBUS.md §4.1) with the scopes of each call. Fixed paths stand before those with names. */
export const ROUTES: readonly Route[] = [
  route('GET', '/flows', VIEW, listFlows, 'List flows'),
  route('POST', '/flows', MANAGE, createFlow, 'Create a flow'),
  route('POST', '/flows/validate', MANAGE, validateFlow, 'Validate a definition'),
  route('GET', '/flows/{flow_id}', VIEW, getFlow, 'Show a flow'),
  route('PUT', '/flows/{flow_id}', MANAGE, updateFlow, 'Update a flow'),
  route('DELETE', '/flows/{flow_id}', MANAGE, deleteFlow, 'Delete a flow'),
  route('POST', '/flows/{flow_id}/run', 'handler', runFlow, 'Start a run'),
  route('POST', '/flows/{flow_id}/validate_run', 'handler', validateRun, 'Check the input of a run'),
  route('GET', '/flows/{flow_id}/runs', 'handler', listFlowRuns, 'List the runs of a flow'),
  route('GET', '/runs', RUN_VIEW, listRuns, 'List runs'),
  route('GET', '/runs/{run_id}', RUN_VIEW, getRun, 'Show a run'),
  route('GET', '/runs/{run_id}/log', RUN_VIEW, getRunLog, 'Show the log of a run'),
  route('GET', '/runs/{run_id}/definition', RUN_VIEW, getRunDefinition, 'Show the definition of a run'),
  route('PUT', '/runs/{run_id}', RUN_MANAGE, updateRun, 'Update a run'),
  route('POST', '/runs/{run_id}/cancel', RUN_MANAGE, cancelRunCall, 'Cancel a run'),
  route('POST', '/runs/{run_id}/release', RUN_MANAGE, releaseRun, 'Delete the record of a run'),
  route('POST', '/runs/{run_id}/resume', 'handler', resumeRunCall, 'Resume a run'),
  route('POST', '/batch/runs', RUN_MANAGE, batchRuns, 'Change many runs'),
  route('GET', '/registered_apis', API_VIEW, listRegisteredApis, 'List registered APIs'),
  route('POST', '/registered_apis', MANAGE, createRegisteredApi, 'Register an API'),
  route('GET', '/registered_apis/{registered_api_id}', API_VIEW, getRegisteredApi, 'Show a registered API'),
  route(
    'PATCH',
    '/registered_apis/{registered_api_id}',
    MANAGE,
    updateRegisteredApi,
    'Update a registered API',
  ),
  route(
    'DELETE',
    '/registered_apis/{registered_api_id}',
    MANAGE,
    deleteRegisteredApi,
    'Delete a registered API',
  ),
  route('GET', '/web_inputs', INPUT_VIEW, listWebInputs, 'List web inputs'),
  route('GET', '/web_inputs/{web_input_id}', INPUT_VIEW, getWebInput, 'Show a web input'),
  route('POST', '/web_inputs/{web_input_id}/respond', INPUT_RESPOND, respondToWebInput, 'Answer a web input'),
  // Older names that the OpenAPI document still lists.
  route('GET', '/flows/{flow_id}/runs/{run_id}/log', RUN_VIEW, getRunLog, 'Show the log of a run'),
  route('POST', '/flows/{flow_id}/runs/{run_id}/resume', 'handler', resumeRunCall, 'Resume a run'),
  route('POST', '/flows/{flow_id}/{run_id}/resume', 'handler', resumeRunCall, 'Resume a run'),
];
