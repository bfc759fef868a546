import { SCOPE_URL_PATTERN, SCOPE_URN } from './catalog-scope.ts';
import { findName, findCatalogScope, SERVICES } from './catalog.ts';
import {
  dataAccessScope,
  flowIdOfScope,
  flowScope,
  httpsScope,
  manageCollectionsScope,
} from './flow-scope.ts';
import { formatScope, parseScope, type ScopeNode } from './scope-string.ts';
import { UUID_PATTERN } from './uuid.ts';

/**
 * The full scope string for what a person typed: a short name (`view_flows`, `transfer:all`, `flow:<id>`,
 * `collection:<id>:data_access`), a full string, or either with dependencies in brackets, in which short names
 * stand too. The answer is in canonical form: one spelling per meaning, so that it can be compared.
 *
 * @returns null when it is no scope, or no well-formed one
 */
export function resolveScopeName(text: string): string | null {
  const parsed = parseScope(text.trim());
  if (!parsed.ok) return null;
  const full = renamed(parsed.scope, fullName);
  if (full === null) return null;
  // Names of one thing may meet in the brackets: `a[transfer:all urn:…:all]`, or form a cycle.
  const again = parseScope(formatScope(full));
  return again.ok ? formatScope(again.scope) : null;
}

/**
 * What people read and type for a scope; the scope itself where nothing shorter stands for it. Always
 * resolves back to the same scope.
 */
export function shortNameOf(scope: string): string {
  const parsed = parseScope(scope);
  const short = parsed.ok ? renamed(parsed.scope, shortRoot) : null;
  return short === null ? scope : formatScope(short);
}

/** Short name → full scope string, for completion. Flows and collections are not in it. */
export function shortNames(): ReadonlyMap<string, string> {
  return new Map(SERVICES.flatMap(({ scopes }) => scopes.map(({ name, scope }) => [name, scope] as const)));
}

function renamed(node: ScopeNode, rename: (scope: string) => string | null): ScopeNode | null {
  const scope = rename(node.scope);
  const dependencies = node.dependencies.flatMap((inner) => renamed(inner, rename) ?? []);
  if (scope === null || dependencies.length < node.dependencies.length) return null;
  return { ...node, scope, dependencies };
}

const FLOW = new RegExp(`^flow:(${UUID_PATTERN})$`);
const COLLECTION = new RegExp(`^collection:(${UUID_PATTERN}):(data_access|https)$`);
const ENDPOINT = new RegExp(`^endpoint:(${UUID_PATTERN}):manage_collections$`);

const COLLECTION_SCOPE = new RegExp(`^${SCOPE_URL_PATTERN}(${UUID_PATTERN})/(data_access|https)$`);
const ENDPOINT_SCOPE = new RegExp(`^${SCOPE_URN}(${UUID_PATTERN}):manage_collections$`);
/** Both forms of GLOBUS.md §3; what exists, only Globus knows. */
const WELL_FORMED = new RegExp(`^(${SCOPE_URL_PATTERN}[^/:]+/[^/].*|${SCOPE_URN}[^/:]+:[^:].*)$`);

function fullName(name: string): string | null {
  const entry = findName(name) ?? findName(withoutPrefix(name));
  if (entry !== undefined) return entry.scope;
  const [, flow] = FLOW.exec(name) ?? [];
  if (flow !== undefined) return flowScope(flow);
  const [, collection, right] = COLLECTION.exec(name) ?? [];
  if (collection !== undefined) {
    return right === 'https' ? httpsScope(collection) : dataAccessScope(collection);
  }
  const [, endpoint] = ENDPOINT.exec(name) ?? [];
  if (endpoint !== undefined) return manageCollectionsScope(endpoint);
  return WELL_FORMED.test(name) ? canonical(name) : null;
}

/** `flows:view_flows` and `auth:openid` say more than they must. */
function withoutPrefix(name: string): string {
  return /^(?:flows|auth):(?<bare>[a-z_]+)$/.exec(name)?.groups?.['bare'] ?? '';
}

/** IDs in full strings are the same in capitals; scopes compare as texts, so one spelling must do. */
function canonical(scope: string): string {
  const short = shortRoot(scope);
  return short === scope ? scope : (fullName(short) ?? scope);
}

function shortRoot(scope: string): string {
  const entry = findCatalogScope(scope);
  if (entry !== undefined) return entry.name;
  const flow = flowIdOfScope(scope);
  if (flow !== null) return `flow:${flow}`;
  const [, collection, right] = COLLECTION_SCOPE.exec(scope) ?? [];
  if (collection !== undefined && right !== undefined) {
    return `collection:${collection.toLowerCase()}:${right}`;
  }
  const [, endpoint] = ENDPOINT_SCOPE.exec(scope) ?? [];
  return endpoint === undefined ? scope : `endpoint:${endpoint.toLowerCase()}:manage_collections`;
}
