import { json } from '../http.ts';
import { flowScope } from './auth.ts';
import type { Handler } from './call.ts';
import { flowDocument, flowListItem } from './flow-document.ts';
import { requirePolicy } from './gare.ts';
import { listArguments, pageFields, pageOf, pageSize } from './paging.ts';
import { sorted, textFilterOf, wordsOf, type SortKeys } from './query.ts';
import type { FlowRecord } from './records.ts';
import { FLOW_ROLES, flowRoles, requireFlowAdministrator, visibleFlow } from './roles.ts';
import { isoTime } from './values.ts';

const SORT_KEYS: SortKeys<FlowRecord> = {
  id: (flow) => flow.id,
  scope_string: (flow) => flowScope(flow.id),
  flow_owner: (flow) => flow.owner,
  // The SDK's documentation says it in the plural.
  flow_owners: (flow) => flow.owner,
  flow_administrators: (flow) => flow.administrators.join(','),
  title: (flow) => flow.title,
  created_at: (flow) => flow.createdAt,
  updated_at: (flow) => flow.updatedAt,
};

/** GET /flows: every flow on which the caller has a role, or one of the roles asked for. */
export const listFlows: Handler = ({ store, user, query, request }) => {
  const list = listArguments(request.path, query);
  // The OpenAPI document names the roles in the plural, the SDKs in the singular: both are taken.
  const wanted = wordsOf(list.query, 'filter_roles', FLOW_ROLES, (word) => word.replace(/s$/, ''));
  const size = pageSize(list.query, 20);
  const filters = textFilters(list.query);
  const matching = store.liveFlows().filter((flow) => {
    const roles = flowRoles(flow, user);
    if (roles.length === 0 || (wanted !== undefined && !wanted.some((role) => roles.includes(role))))
      return false;
    return filters.every((filter) => filter(flow));
  });
  const page = pageOf(
    sorted(matching, list.query, SORT_KEYS, 'updated_at DESC'),
    (flow) => flow.id,
    list,
    size,
  );
  const flows = page.items.map((flow) => flowListItem(flow, user, store.origin()));
  return json(200, { flows, ...pageFields(page) });
};

/** Fields that a text filter searches; `filter_fulltext` searches several. */
const FILTERED: Readonly<Record<string, (flow: FlowRecord) => readonly string[]>> = {
  filter_title: (flow) => [flow.title],
  filter_subtitle: (flow) => [flow.subtitle],
  filter_description: (flow) => [flow.description],
  filter_keywords: (flow) => flow.keywords,
  filter_scope_string: (flow) => [flowScope(flow.id)],
  filter_fulltext: (flow) => [
    flow.title,
    flow.subtitle,
    flow.description,
    flow.id,
    flow.owner,
    ...flow.administrators,
  ],
};

function textFilters(query: URLSearchParams): ((flow: FlowRecord) => boolean)[] {
  return Object.entries(FILTERED).flatMap(([name, fields]) => {
    const text = textFilterOf(query, name);
    if (text === undefined) return [];
    return [(flow: FlowRecord) => fields(flow).some((field) => field.toLowerCase().includes(text))];
  });
}

export const getFlow: Handler = (call) => {
  const flow = visibleFlow(call.store, call.parameter('flow_id'), call.user);
  requirePolicy(flow, call.facts);
  return json(200, flowDocument(flow, call.user, call.store.origin()));
};

/** The flow disappears at once; the answer is its last document. */
export const deleteFlow: Handler = (call) => {
  const flow = visibleFlow(call.store, call.parameter('flow_id'), call.user);
  requirePolicy(flow, call.facts);
  requireFlowAdministrator(flow, call.user, 'DELETE');
  const document = flowDocument(flow, call.user, call.store.origin());
  call.store.flows.set(flow.id, { ...flow, deletedAt: call.now });
  return json(200, { ...document, DELETED: true, deleted_at: isoTime(call.now) });
};
