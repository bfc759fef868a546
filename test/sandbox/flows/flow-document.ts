import type { SandboxUser } from '../types.ts';
import { flowScope } from './auth.ts';
import type { FlowRecord } from './records.ts';
import { flowRoles, isFlowAdministrator } from './roles.ts';
import { identityUrn, isoTime, type JsonObject } from './values.ts';

/**
 * A flow as the API shows it to this user (GLOBUS.md §4.4). The lists of principals come back empty to
 * anybody below administrator.
 */
export function flowDocument(flow: FlowRecord, user: SandboxUser, origin: string): JsonObject {
  const roles = flowRoles(flow, user);
  const listed = (principals: readonly string[]): readonly string[] =>
    isFlowAdministrator(flow, user) ? principals : [];
  return {
    id: flow.id,
    title: flow.title,
    subtitle: flow.subtitle,
    description: flow.description,
    keywords: flow.keywords,
    definition: flow.definition,
    input_schema: flow.inputSchema,
    globus_auth_scope: flowScope(flow.id),
    globus_auth_username: `${flow.id}@clients.auth.globus.org`,
    principal_urn: identityUrn(flow.id),
    flow_url: `${origin}/flows/${flow.id}`,
    flow_owner: flow.owner,
    flow_viewers: listed(flow.viewers),
    flow_starters: listed(flow.starters),
    flow_administrators: listed(flow.administrators),
    run_managers: listed(flow.runManagers),
    run_monitors: listed(flow.runMonitors),
    user_role: roles[0] ?? null,
    user_roles: roles,
    created_at: isoTime(flow.createdAt),
    updated_at: isoTime(flow.updatedAt),
    synchronous: false,
    log_supported: true,
    types: ['Action'],
    api_version: '1.0',
    is_high_assurance: flow.policyId !== null,
    subscription_id: flow.subscriptionId,
    authentication_policy_id: flow.policyId,
  };
}

/** Lists hide what a High Assurance flow does. */
export function flowListItem(flow: FlowRecord, user: SandboxUser, origin: string): JsonObject {
  const document = flowDocument(flow, user, origin);
  return flow.policyId === null ? document : { ...document, definition: null, input_schema: null };
}

/** What `include_flow_description` adds to a run. */
export function flowDescription(flow: FlowRecord): JsonObject {
  return {
    id: flow.id,
    title: flow.title,
    subtitle: flow.subtitle,
    description: flow.description,
    keywords: flow.keywords,
    globus_auth_scope: flowScope(flow.id),
    flow_owner: flow.owner,
    created_by: flow.owner,
    created_at: isoTime(flow.createdAt),
    updated_at: isoTime(flow.updatedAt),
  };
}
