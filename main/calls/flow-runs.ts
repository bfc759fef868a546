import { flowScope } from '../globus/flow-scope.ts';
import type { FlowsApi } from '../globus/flows-api.ts';
import type { ApiResult } from '../globus/flows-http.ts';
import type { Page, Run } from '../globus/flows-types.ts';
import { type Asked, askFlows, fullScope, lacksScope, type Way } from './flow-access.ts';
import type { CallPorts } from './ports.ts';

const PAGE = 50;

/**
 * The newest runs of one flow: by `run_status`, which only reads; else by the flow's own scope, whose token has
 * a route of its own; else by what also changes runs (GLOBUS.md §4.1).
 */
export function runsOf(
  ports: CallPorts,
  flowId: string,
  signal?: AbortSignal,
): Promise<Asked<ApiResult<Page<Run>>>> {
  const ask = (api: FlowsApi) => api.listRuns({ flowId, perPage: PAGE });
  const ways: Way<ApiResult<Page<Run>>>[] = [
    { scope: fullScope('run_status'), ask },
    { scope: flowScope(flowId), ask: (api) => api.listFlowRuns(flowId, { perPage: PAGE }) },
    { scope: fullScope('run_manage'), ask },
    { scope: fullScope('all'), ask },
  ];
  return askFlows(ports, ways, lacksScope, signal);
}
