/** A method of globus_sdk's FlowsClient, SpecificFlowClient or AuthClient that does a recipe's request. */
export interface SdkCall {
  readonly method: string;
  /** Placeholders that come first. */
  readonly positional?: readonly string[];
  /** In place of the fields of the body. */
  readonly keywords?: Readonly<Record<string, unknown>>;
  /** The method has no parameters of these names, only `query_params`. */
  readonly queryParams?: boolean;
  /** On the client of one flow. */
  readonly specific?: boolean;
}

/**
 * By recipe ID (globus/globus-sdk-python services/flows/client.py). What is not here has no method: bulk
 * changes of runs, changes of registered APIs, the runs under a flow.
 */
export const SDK_CALLS: Readonly<Record<string, SdkCall | undefined>> = {
  'list-flows': { method: 'list_flows' },
  'next-flows': { method: 'list_flows' },
  'get-flow': { method: 'get_flow', positional: ['flow_id'] },
  'validate-flow': { method: 'validate_flow' },
  'create-flow': { method: 'create_flow' },
  'update-flow': { method: 'update_flow', positional: ['flow_id'] },
  'delete-flow': { method: 'delete_flow', positional: ['flow_id'] },
  'start-flow': { method: 'run_flow', specific: true },
  'flow-start': { method: 'run_flow', specific: true },
  'flow-validate-run': { method: 'validate_run', specific: true },
  'flow-resume': { method: 'resume_run', specific: true, positional: ['run_id'] },
  'list-runs': { method: 'list_runs', queryParams: true },
  'list-runs-of-flow': { method: 'list_runs' },
  'get-run': { method: 'get_run', positional: ['run_id'] },
  'get-run-log': { method: 'get_run_logs', positional: ['run_id'] },
  'get-run-definition': { method: 'get_run_definition', positional: ['run_id'] },
  'update-run': { method: 'update_run', positional: ['run_id'] },
  'cancel-run': { method: 'cancel_run', positional: ['run_id'] },
  'release-run': { method: 'delete_run', positional: ['run_id'] },
  'list-web-inputs': { method: 'list_web_inputs' },
  'get-web-input': { method: 'get_web_input', positional: ['web_input_id'] },
  'answer-web-input': {
    method: 'respond_to_web_input',
    positional: ['web_input_id'],
    keywords: { value: '{option_id}' },
  },
  'list-registered-apis': { method: 'list_registered_apis' },
  'get-registered-api': { method: 'get_registered_api', positional: ['registered_api_id'] },
  userinfo: { method: 'userinfo' },
};
