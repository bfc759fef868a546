import type { JsonObject } from './values.ts';

/** What the fake service keeps. Times are milliseconds since the epoch, principals are URNs. */
export interface FlowRecord {
  id: string;
  title: string;
  subtitle: string;
  description: string;
  keywords: readonly string[];
  definition: JsonObject;
  inputSchema: JsonObject;
  owner: string;
  viewers: readonly string[];
  starters: readonly string[];
  administrators: readonly string[];
  runManagers: readonly string[];
  runMonitors: readonly string[];
  subscriptionId: string | null;
  /** Set for High Assurance flows: sessions must satisfy this policy. */
  policyId: string | null;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

export type RunStatus = 'ACTIVE' | 'INACTIVE' | 'SUCCEEDED' | 'FAILED' | 'ENDED';

/**
 * One thing that happens in a run. A run's events are laid out when it starts; those later than the clock
 * have not happened yet, so that a run moves on without any timer.
 */
export interface RunEvent {
  at: number;
  /** The log entry; absent where only the state changes. */
  log?: { code: string; description: string; details: JsonObject };
  /** The run's status from here on. */
  status?: RunStatus;
  /** What the run's `details` show from here on. */
  shown?: JsonObject;
}

/** Where a run waits for somebody: its data so far and the state that goes on afterwards. */
export interface RunPause {
  at: number;
  state: string;
  data: JsonObject;
  /** `consent`: the scope path that is missing, root first. `input`: the web input that must be answered. */
  wait: { kind: 'consent'; path: readonly string[] } | { kind: 'input'; webInputId: string };
}

export interface RunRecord {
  id: string;
  flowId: string;
  flowTitle: string;
  flowUpdatedAt: number;
  definition: JsonObject;
  inputSchema: JsonObject;
  owner: string;
  label: string;
  tags: readonly string[];
  managers: readonly string[];
  monitors: readonly string[];
  startedAt: number;
  events: RunEvent[];
  pause: RunPause | null;
}

export interface RegisteredApiRecord {
  id: string;
  name: string;
  description: string;
  owners: readonly string[];
  administrators: readonly string[];
  viewers: readonly string[];
  target: JsonObject;
  subscriptionId: string | null;
  createdAt: number;
  editedAt: number | null;
  updatedAt: number;
  /** The end of the grace period after a DELETE. */
  deletionAt: number | null;
}

export interface WebInputRecord {
  id: string;
  flowId: string;
  runId: string;
  title: string;
  text: string;
  options: readonly { option_id: string; label: string; description: string }[];
  creator: string;
  viewers: readonly string[];
  respondents: readonly string[];
  /** In the future while the run has not come that far: then nobody sees it. */
  createdAt: number;
  closedAt: number | null;
}
