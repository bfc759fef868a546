import type { SandboxUser } from '../types.ts';
import { forbidden, notFound } from './errors.ts';
import type { FlowRecord, RegisteredApiRecord, RunRecord, WebInputRecord } from './records.ts';
import type { Store } from './store.ts';
import { identityUrn } from './values.ts';

/** Highest first (GLOBUS.md §4.3); `user_role` is the first that applies. */
export const FLOW_ROLES = [
  'flow_owner',
  'flow_administrator',
  'flow_starter',
  'flow_viewer',
  'run_manager',
  'run_monitor',
] as const;
export type FlowRole = (typeof FLOW_ROLES)[number];

export const RUN_ROLES = [
  'run_owner',
  'run_manager',
  'run_monitor',
  'flow_run_manager',
  'flow_run_monitor',
] as const;
export type RunRole = (typeof RUN_ROLES)[number];

export function flowRoles(flow: FlowRecord, user: SandboxUser): FlowRole[] {
  const urn = identityUrn(user.sub);
  const held: Record<FlowRole, boolean> = {
    flow_owner: flow.owner === urn,
    flow_administrator: flow.administrators.includes(urn),
    flow_starter: flow.starters.includes(urn) || flow.starters.includes('all_authenticated_users'),
    flow_viewer: flow.viewers.includes(urn) || flow.viewers.includes('public'),
    run_manager: flow.runManagers.includes(urn),
    run_monitor: flow.runMonitors.includes(urn),
  };
  return FLOW_ROLES.filter((role) => held[role]);
}

export function isFlowAdministrator(flow: FlowRecord, user: SandboxUser): boolean {
  const roles = flowRoles(flow, user);
  return roles.includes('flow_owner') || roles.includes('flow_administrator');
}

/** A flow that the user has no role on does not exist for them: 404, not 403. */
export function visibleFlow(store: Store, id: string, user: SandboxUser): FlowRecord {
  const flow = store.flow(id);
  if (flowRoles(flow, user).length === 0) throw notFound('Flow', id);
  return flow;
}

export function requireFlowAdministrator(flow: FlowRecord, user: SandboxUser, permission: string): void {
  if (!isFlowAdministrator(flow, user)) throw forbidden('flow', flow.id, permission);
}

/** Viewers and run roles may look, only starters and above may start. */
export function requireStarter(flow: FlowRecord, user: SandboxUser): void {
  const starts: readonly FlowRole[] = ['flow_owner', 'flow_administrator', 'flow_starter'];
  if (!flowRoles(flow, user).some((role) => starts.includes(role))) throw forbidden('flow', flow.id, 'RUN');
}

/** `flow`: undefined once the flow is gone; its run roles go with it. */
export function runRoles(run: RunRecord, flow: FlowRecord | undefined, user: SandboxUser): RunRole[] {
  const urn = identityUrn(user.sub);
  const held: Record<RunRole, boolean> = {
    run_owner: run.owner === urn,
    run_manager: run.managers.includes(urn),
    run_monitor: run.monitors.includes(urn),
    flow_run_manager: flow?.runManagers.includes(urn) ?? false,
    flow_run_monitor: flow?.runMonitors.includes(urn) ?? false,
  };
  return RUN_ROLES.filter((role) => held[role]);
}

export function visibleRun(
  store: Store,
  id: string,
  user: SandboxUser,
): { run: RunRecord; roles: RunRole[] } {
  const run = store.run(id);
  const roles = runRoles(run, store.flows.get(run.flowId), user);
  if (roles.length === 0) throw notFound('Run', id);
  return { run, roles };
}

/** `RESUME` is refused to the flow's run managers, who otherwise may do what run managers may. */
export function requireRunManager(
  run: RunRecord,
  roles: readonly RunRole[],
  permission: 'UPDATE' | 'CANCEL' | 'RELEASE' | 'RESUME',
): void {
  const enough = roles.some(
    (role) =>
      role === 'run_owner' ||
      role === 'run_manager' ||
      (role === 'flow_run_manager' && permission !== 'RESUME'),
  );
  if (!enough) throw forbidden('run', run.id, permission);
}

export const API_ROLES = ['owner', 'administrator', 'viewer'] as const;
export type ApiRole = (typeof API_ROLES)[number];

export function apiRoles(api: RegisteredApiRecord, user: SandboxUser): ApiRole[] {
  const urn = identityUrn(user.sub);
  const lists: Record<ApiRole, readonly string[]> = {
    owner: api.owners,
    administrator: api.administrators,
    viewer: api.viewers,
  };
  return API_ROLES.filter((role) => lists[role].includes(urn));
}

export const WEB_INPUT_ROLES = ['viewer', 'respondent'] as const;
export type WebInputRole = (typeof WEB_INPUT_ROLES)[number];

export function webInputRoles(input: WebInputRecord, user: SandboxUser): WebInputRole[] {
  const urn = identityUrn(user.sub);
  const lists = { viewer: input.viewers, respondent: input.respondents };
  return WEB_INPUT_ROLES.filter((role) => lists[role].includes(urn));
}
