import { SCOPE_URL, SCOPE_URL_PATTERN, SCOPE_URN } from './catalog-scope.ts';
import { formatScope, parseScope, rootOf, type ScopeNode } from './scope-string.ts';
import { normalUuid, UUID_PATTERN } from './uuid.ts';

const TRANSFER_ALL = `${SCOPE_URN}transfer.api.globus.org:all`;
const FLOW_SCOPE = new RegExp(`^${SCOPE_URL_PATTERN}(${UUID_PATTERN})/flow_([0-9a-fA-F_]+)_user$`);

/**
 * The scope that starts and resumes runs of one flow; its resource server is the flow ID (GLOBUS.md §3.2).
 * @throws RangeError when `flowId` is no UUID
 */
export function flowScope(flowId: string): string {
  const id = normalUuid(flowId);
  if (id === null) throw new RangeError('a flow ID is a UUID');
  return `${SCOPE_URL}${id}/flow_${id.replaceAll('-', '_')}_user`;
}

/** The flow that this scope belongs to, brackets allowed; null for every other scope. */
export function flowIdOfScope(scope: string): string | null {
  const [, id, again] = FLOW_SCOPE.exec(rootOf(scope)) ?? [];
  if (id === undefined || again === undefined) return null;
  // Both parts name the flow: one that disagrees with itself is none of Globus's.
  return id.replaceAll('-', '_').toLowerCase() === again.toLowerCase() ? id.toLowerCase() : null;
}

/** Access to the data of a mapped GCS collection by way of Transfer (GLOBUS.md §3.3). */
export function dataAccessScope(collectionId: string): string {
  return `${SCOPE_URL}${checked(collectionId)}/data_access`;
}

/** Access to the data of a GCS collection over HTTPS. */
export function httpsScope(collectionId: string): string {
  return `${SCOPE_URL}${checked(collectionId)}/https`;
}

/** Management of the collections on a GCS endpoint. */
export function manageCollectionsScope(endpointId: string): string {
  return `${SCOPE_URN}${checked(endpointId)}:manage_collections`;
}

/** `bad`: what is no collection ID, as it was given. `scope`: the root given is no single scope. */
export type DependentScope =
  | { ok: true; scope: string }
  | { ok: false; reason: 'collection'; bad: string }
  | { ok: false; reason: 'scope' };

/**
 * `FLOW[*transfer:all[*…/data_access]]`: a flow that transfers from and to these mapped collections may do so
 * without stopping for consent (GLOBUS.md §3.4). High Assurance and guest collections have no such scope, and
 * asking for it fails the whole sign-in; no API call here can tell, the caller asks the user.
 *
 * @param root a scope string, as `globus_auth_scope` gives it; its own brackets are replaced
 * @param collectionIds UUIDs; none: the root alone
 */
export function withCollections(root: string, collectionIds: readonly string[]): DependentScope {
  const bad = collectionIds.find((id) => normalUuid(id.trim()) === null);
  if (bad !== undefined) return { ok: false, reason: 'collection', bad };
  const parsed = parseScope(rootOf(root));
  if (!parsed.ok) return { ok: false, reason: 'scope' };
  const ids = [...new Set(collectionIds.map((id) => id.trim().toLowerCase()))];
  const collections = ids.map((id) => optional(dataAccessScope(id)));
  const dependencies = ids.length === 0 ? [] : [optional(TRANSFER_ALL, collections)];
  const text = formatScope({ ...parsed.scope, dependencies });
  // Too many collections make a text that nobody could read back.
  return parseScope(text).ok ? { ok: true, scope: text } : { ok: false, reason: 'scope' };
}

/** The collections whose data this scope asks for, at any depth: what `withCollections` was given. */
export function collectionsOf(scope: string): string[] {
  const parsed = parseScope(scope);
  return parsed.ok ? [...new Set(collect(parsed.scope))] : [];
}

function collect(node: ScopeNode): string[] {
  const [, id] = DATA_ACCESS.exec(node.scope) ?? [];
  return [...(id === undefined ? [] : [id.toLowerCase()]), ...node.dependencies.flatMap(collect)];
}

const DATA_ACCESS = new RegExp(`^${SCOPE_URL_PATTERN}(${UUID_PATTERN})/data_access$`);

function optional(scope: string, dependencies: readonly ScopeNode[] = []): ScopeNode {
  return { scope, optional: true, dependencies };
}

function checked(id: string): string {
  const normal = normalUuid(id);
  if (normal === null) throw new RangeError('a collection or endpoint ID is a UUID');
  return normal;
}
