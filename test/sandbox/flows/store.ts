import type { SandboxClock, SandboxUser } from '../types.ts';
import { notFound } from './errors.ts';
import type { FlowRecord, RegisteredApiRecord, RunRecord, WebInputRecord } from './records.ts';
import { runState } from './run-state.ts';
import { uuidOf } from './values.ts';

/** Records of ended runs are kept for 90 days (GLOBUS.md §4.3). */
const RUN_RECORD_LIFE = 90 * 24 * 3_600_000;

/** Everything that one fake Flows service knows. */
export class Store {
  readonly flows = new Map<string, FlowRecord>();
  readonly runs = new Map<string, RunRecord>();
  readonly registeredApis = new Map<string, RegisteredApiRecord>();
  readonly webInputs = new Map<string, WebInputRecord>();
  /** Newest sign-in that a flow refused as too old: `<sub> <flow id>` → milliseconds since the epoch. */
  readonly refusedSessions = new Map<string, number>();
  readonly clock: SandboxClock;
  readonly users: readonly SandboxUser[];
  readonly origin: () => string;
  #ids = 0;

  constructor(clock: SandboxClock, users: readonly SandboxUser[], origin: () => string) {
    this.clock = clock;
    this.users = users;
    this.origin = origin;
  }

  newId(kind: string): string {
    this.#ids += 1;
    return uuidOf(`${kind} ${this.#ids}`);
  }

  /** Throws 404 for unknown and deleted flows; visibility is the caller's business. */
  flow(id: string): FlowRecord {
    const flow = this.flows.get(id);
    if (flow === undefined || flow.deletedAt !== null) throw notFound('Flow', id);
    return flow;
  }

  liveFlows(): FlowRecord[] {
    return [...this.flows.values()].filter((flow) => flow.deletedAt === null);
  }

  run(id: string): RunRecord {
    const run = this.runs.get(id);
    if (run === undefined || !this.#isKept(run)) throw notFound('Run', id);
    return run;
  }

  keptRuns(): RunRecord[] {
    return [...this.runs.values()].filter((run) => this.#isKept(run));
  }

  registeredApi(id: string): RegisteredApiRecord {
    const api = this.registeredApis.get(id);
    if (api === undefined || !this.#isPresent(api)) throw notFound('Registered API', id);
    return api;
  }

  presentRegisteredApis(): RegisteredApiRecord[] {
    return [...this.registeredApis.values()].filter((api) => this.#isPresent(api));
  }

  #isKept(run: RunRecord): boolean {
    const { completedAt } = runState(run, this.clock.now());
    return completedAt === null || completedAt + RUN_RECORD_LIFE > this.clock.now();
  }

  #isPresent(api: RegisteredApiRecord): boolean {
    return api.deletionAt === null || api.deletionAt > this.clock.now();
  }
}
