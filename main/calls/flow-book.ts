import type { Problem, Result } from '../effects.ts';
import { apiProblem } from '../globus/api-problem.ts';
import { exampleInput } from '../globus/example-body.ts';
import { checkFlows } from '../globus/flow-check.ts';
import { readFlowReference } from '../globus/flow-reference.ts';
import type { FlowRoleFilter, FlowsApi } from '../globus/flows-api.ts';
import type { ApiResult } from '../globus/flows-http.ts';
import type { Flow } from '../globus/flows-types.ts';
import { normalUuid } from '../globus/uuid.ts';
import { askFlows, fullScope, lacksScope, VIEW_FLOWS, type Way } from './flow-access.ts';
import type { FlowChoice, FlowsChecked, RunChoice } from './flow-choices.ts';
import { runsOf } from './flow-runs.ts';
import { foreignAddressProblem, noScopeProblem, notAFlowProblem } from './flow-words.ts';
import type { FlowBookPorts, FlowReading } from './ports.ts';
import { silenceProblem } from './words.ts';

const SEARCH_ROLES: readonly FlowRoleFilter[] = ['flow_owner', 'flow_administrator', 'flow_starter'];
const SEARCH_LIMITS = { pages: 3, items: 100 };
const PAGE = 50;
const MAX_KNOWN = 200;

/**
 * Finds flows, reads what the app keeps about them, and their runs. Nothing here is written to disk. A `signal`
 * ends the request under way: the answer is then the problem `cancelled`.
 */
export class FlowBook {
  readonly #ports: FlowBookPorts;
  /** The newest reading of each flow, for its example and the user's role on it; the oldest goes first. */
  readonly #known = new Map<string, Flow>();

  constructor(ports: FlowBookPorts) {
    this.#ports = ports;
  }

  /** @param query a flow ID, an address of the web app or the API, a flow scope; else words, over the flows that the user owns or may start */
  async find(query: string, signal?: AbortSignal): Promise<Result<FlowChoice[]>> {
    const id = readFlowReference(query, this.#ports.environment);
    if (id !== null) {
      const flow = await this.#read(id, signal);
      return flow.ok ? { ok: true, value: [this.#choice(flow.value)] } : flow;
    }
    // The words of an address find nothing, and it may be one of another environment.
    if (/^[a-z]+:\/\//i.test(query.trim()))
      return failed(foreignAddressProblem(this.#ports.environment.label));
    return this.#search(query, signal);
  }

  /** Reads a flow that is to be kept. */
  async add(id: string, signal?: AbortSignal): Promise<Result<FlowReading>> {
    const flow = await this.#read(id, signal);
    if (!flow.ok) return flow;
    const { title, role, scope } = flow.value;
    const kept = this.#ports.kept().find((one) => one.id === flow.value.id);
    const { name: environment } = this.#ports.environment;
    const collections = [...(kept?.collections ?? [])];
    const checkedAt = this.#ports.clock.now();
    return {
      ok: true,
      value: { id: flow.value.id, title, scope, role, collections, checkedAt, environment },
    };
  }

  /** Reads a kept flow again: title, role and scope are new, its collections stay. */
  refresh(id: string): Promise<Result<FlowReading>> {
    return this.add(id);
  }

  /** The newest runs of one flow, 50 at most. */
  async runs(id: string, signal?: AbortSignal): Promise<Result<RunChoice[]>> {
    const flowId = normalUuid(id);
    if (flowId === null) return failed(notAFlowProblem());
    const runs = await runsOf(this.#ports, flowId, signal);
    if (runs.kind === 'none') return failed(runs.problem);
    if (runs.value.kind !== 'ok') return failed(this.#problemOf(runs.value, flowId));
    const choices = runs.value.value.items.map(({ id: run, label, status, startedAt, requirement }) => ({
      id: run,
      label,
      status,
      startedAt,
      requirement,
    }));
    return { ok: true, value: choices };
  }

  /**
   * An input that fits the flow's schema, for `recipesForFlow`; `{}` while the flow cannot be read. Cached until
   * the flow is read again.
   */
  async exampleBody(id: string): Promise<unknown> {
    const known = this.#known.get(normalUuid(id) ?? '');
    const flow = known === undefined ? await this.#read(id) : { ok: true as const, value: known };
    return flow.ok ? exampleInput(flow.value.inputSchema).input : {};
  }

  /** Which of these flows still exist, before a sign-in that asks for their scopes. */
  async check(ids: readonly string[], signal?: AbortSignal): Promise<FlowsChecked> {
    const valid = ids.filter((id) => normalUuid(id) !== null);
    const asked = await this.#view(
      (api) => checkFlows(api, valid),
      (checks) => [...checks.values()].some((one) => one.kind === 'unknown' && lacksScope(one.result)),
      signal,
    );
    const of = (id: string) => {
      if (!valid.includes(id)) return 'gone';
      return asked.kind === 'none' ? 'unknown' : (asked.value.get(id)?.kind ?? 'unknown');
    };
    return {
      present: ids.filter((id) => of(id) === 'present'),
      gone: ids.filter((id) => of(id) === 'gone' || of(id) === 'no-scope'),
      unknown: ids.filter((id) => of(id) === 'unknown'),
    };
  }

  async #search(words: string, signal: AbortSignal | undefined): Promise<Result<FlowChoice[]>> {
    const ask = async (api: FlowsApi) => {
      const found: Flow[] = [];
      const filter = { roles: SEARCH_ROLES, fulltext: words, perPage: PAGE };
      for await (const page of api.eachFlowPage(filter, SEARCH_LIMITS)) {
        // What was found before a page failed is worth showing; nothing found is worth the reason.
        if (page.kind !== 'ok') return found.length > 0 ? ok(found) : page;
        found.push(...page.value.items);
      }
      return ok(found);
    };
    const asked = await this.#view(ask, lacksScope, signal);
    if (asked.kind === 'none') return failed(asked.problem);
    if (asked.value.kind !== 'ok') return failed(this.#problemOf(asked.value, null));
    const flows = [...new Map(asked.value.value.map((flow) => [flow.id, flow])).values()];
    return { ok: true, value: flows.filter(hasScope).map((flow) => this.#choice(flow)) };
  }

  async #read(id: string, signal?: AbortSignal): Promise<Result<FlowWithScope>> {
    const flowId = normalUuid(id.trim());
    if (flowId === null) return failed(notAFlowProblem());
    const asked = await this.#view((api) => api.getFlow(flowId), lacksScope, signal);
    if (asked.kind === 'none') return failed(asked.problem);
    if (asked.value.kind !== 'ok') return failed(this.#problemOf(asked.value, flowId));
    const flow = asked.value.value;
    if (!hasScope(flow)) return failed(noScopeProblem(flow.title));
    this.#learn(flow);
    return { ok: true, value: flow };
  }

  #view<T>(
    ask: (api: FlowsApi) => Promise<T>,
    lacks: (value: T) => boolean,
    signal: AbortSignal | undefined,
  ) {
    const ways: Way<T>[] = VIEW_FLOWS.map((name) => ({ scope: fullScope(name), ask }));
    return askFlows(this.#ports, ways, lacks, signal);
  }

  #learn(flow: Flow): void {
    this.#known.delete(flow.id);
    this.#known.set(flow.id, flow);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(oldest);
    }
  }

  #choice({ id, title, subtitle, owner, role, scope }: FlowWithScope): FlowChoice {
    const kept = this.#ports.kept().some((one) => one.id === id);
    return { id, title, subtitle, owner, role, scope, kept };
  }

  #problemOf(result: Exclude<ApiResult<unknown>, { kind: 'ok' }>, flowId: string | null): Problem {
    if (result.kind === 'unreachable') return silenceProblem(result.why, result.retryAfterSeconds);
    return apiProblem(result.error, this.#known.get(flowId ?? '')?.role ?? null);
  }
}

/** Every call with a token of the narrowest scope that the default account has. */
export function createFlowBook(ports: FlowBookPorts): FlowBook {
  return new FlowBook(ports);
}

type FlowWithScope = Flow & { readonly scope: string };

function hasScope(flow: Flow): flow is FlowWithScope {
  return flow.scope !== null;
}

function ok<T>(value: T): ApiResult<T> {
  return { kind: 'ok', value };
}

function failed(problem: Problem): { ok: false; problem: Problem } {
  return { ok: false, problem };
}
