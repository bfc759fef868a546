import { type ApiResult, FlowsHttp, type FlowsHttpParts, unreachable } from './flows-http.ts';
import { type Flow, type Page, readFlow, readPage, readRun, type Run } from './flows-types.ts';
import { isUuid } from './uuid.ts';

/** Roles as the official SDK writes them (GLOBUS.md §4.2). */
export type FlowRoleFilter =
  'flow_viewer' | 'flow_starter' | 'flow_administrator' | 'flow_owner' | 'run_manager' | 'run_monitor';
export type RunStatusFilter = 'ACTIVE' | 'INACTIVE' | 'SUCCEEDED' | 'FAILED' | 'ENDED';

export interface FlowFilter {
  /** Any of these; absent or empty: the service's default. */
  readonly roles?: readonly FlowRoleFilter[];
  /** Title, subtitle, description, ID, owner and administrators. */
  readonly fulltext?: string;
  /** 1 to 100; the service's default is 20. */
  readonly perPage?: number;
}

export interface RunFilter {
  readonly flowId?: string;
  readonly statuses?: readonly RunStatusFilter[];
  readonly perPage?: number;
}

/** `pages` and `items` end a list early; defaults 20 pages, 1,000 items. */
export interface ListLimits {
  readonly pages?: number;
  readonly items?: number;
}

type Query = (readonly [string, string])[];

/** The reading half of the Flows API (GLOBUS.md §4.1). IDs that are no UUIDs are a RangeError. */
export class FlowsApi {
  readonly #http: FlowsHttp;

  constructor(parts: FlowsHttpParts) {
    this.#http = new FlowsHttp(parts);
  }

  /** Needs view_flows, manage_flows or all. */
  async getFlow(flowId: string): Promise<ApiResult<Flow>> {
    const result = read(await this.#http.get(`/flows/${checked(flowId)}`), readFlow);
    // An answer about another flow must not decide what this one's scope is.
    return result.kind === 'ok' && result.value.id !== flowId.toLowerCase()
      ? unreachable('unreadable')
      : result;
  }

  /** One page. @param marker of the page before; the filter then has no effect (§4.2) */
  async listFlows(filter: FlowFilter = {}, marker: string | null = null): Promise<ApiResult<Page<Flow>>> {
    return read(await this.#http.get('/flows', marked(marker, flowQuery(filter))), (body) =>
      readPage(body, 'flows', readFlow),
    );
  }

  /** Page by page to the end, to a limit, or up to and including the first result that is not ok. */
  eachFlowPage(filter: FlowFilter = {}, limits: ListLimits = {}): AsyncGenerator<ApiResult<Page<Flow>>> {
    return pages((marker) => this.listFlows(filter, marker), limits);
  }

  /** Needs run_status, run_manage or all. The newest first. */
  async listRuns(filter: RunFilter = {}, marker: string | null = null): Promise<ApiResult<Page<Run>>> {
    return read(await this.#http.get('/runs', marked(marker, runQuery(filter))), (body) =>
      readPage(body, 'runs', readRun),
    );
  }

  /** The runs of one flow with the flow's own token (or run_status, all). The newest first. */
  async listFlowRuns(
    flowId: string,
    filter: Omit<RunFilter, 'flowId'> = {},
    marker: string | null = null,
  ): Promise<ApiResult<Page<Run>>> {
    const path = `/flows/${checked(flowId)}/runs`;
    return read(await this.#http.get(path, marked(marker, runQuery(filter))), (body) =>
      readPage(body, 'runs', readRun),
    );
  }

  eachRunPage(filter: RunFilter = {}, limits: ListLimits = {}): AsyncGenerator<ApiResult<Page<Run>>> {
    return pages((marker) => this.listRuns(filter, marker), limits);
  }

  /** Needs run_status, run_manage or all. */
  async getRun(runId: string): Promise<ApiResult<Run>> {
    const result = read(await this.#http.get(`/runs/${checked(runId)}`), readRun);
    return result.kind === 'ok' && result.value.id !== runId.toLowerCase()
      ? unreachable('unreadable')
      : result;
  }
}

function read<T>(result: ApiResult<unknown>, guard: (body: unknown) => T | null): ApiResult<T> {
  if (result.kind !== 'ok') return result;
  const value = guard(result.value);
  return value === null ? unreachable('unreadable') : { kind: 'ok', value };
}

const MAX_PAGES = 20;
const MAX_ITEMS = 1_000;

async function* pages<T>(
  page: (marker: string | null) => Promise<ApiResult<Page<T>>>,
  limits: ListLimits,
): AsyncGenerator<ApiResult<Page<T>>> {
  const seen = new Set<string>();
  let marker: string | null = null;
  let items = 0;
  for (let count = 0; count < (limits.pages ?? MAX_PAGES); count += 1) {
    const result: ApiResult<Page<T>> = await page(marker);
    yield result;
    if (result.kind !== 'ok') return;
    items += result.value.items.length;
    marker = result.value.marker;
    // A marker that comes again would go round for ever.
    if (marker === null || seen.has(marker) || items >= (limits.items ?? MAX_ITEMS)) return;
    seen.add(marker);
  }
}

function flowQuery({ roles = [], fulltext = '', perPage }: FlowFilter): Query {
  const search = fulltext.trim().slice(0, 200);
  return [
    ...list('filter_roles', roles),
    ...(search === '' ? [] : [['filter_fulltext', search] as const]),
    ['orderby', 'title ASC'],
    ...size(perPage),
  ];
}

function runQuery({ flowId, statuses = [], perPage }: RunFilter): Query {
  return [
    ...(flowId === undefined ? [] : [['filter_flow_id', checked(flowId)] as const]),
    ...list('filter_status', statuses),
    ['orderby', 'start_time DESC'],
    ...size(perPage),
  ];
}

/** An empty list is an error there (§4.2). */
function list(name: string, words: readonly string[]): Query {
  return words.length === 0 ? [] : [[name, words.join(',')]];
}

function size(perPage: number | undefined): Query {
  return perPage === undefined ? [] : [['per_page', String(Math.min(100, Math.max(1, Math.trunc(perPage))))]];
}

/** The marker carries all other arguments. */
function marked(marker: string | null, query: Query): Query {
  return marker === null ? query : [['marker', marker]];
}

function checked(id: string): string {
  if (!isUuid(id)) throw new RangeError('not the ID of a flow or run');
  return id.toLowerCase();
}
