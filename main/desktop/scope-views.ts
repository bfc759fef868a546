import type {
  AccountTokensView,
  FlowView,
  ForecastView,
  ScopeGroupView,
  ScopeView,
} from '../../preload/contract.ts';
import { SERVICES } from '../globus/catalog.ts';
import { flowIdOfScope } from '../globus/flow-scope.ts';
import { findCatalogScope } from '../globus/scopes.ts';
import { rootOf } from '../globus/scope-string.ts';
import type { FlowRecord } from '../settings/types.ts';
import { readScopeLines } from '../snippets/scope-lines.ts';
import type { AccountHoldings } from '../tokens/holdings.ts';
import type { ScopeStatus } from '../tokens/status.ts';
import { recipeViews, type SnippetFacts } from './recipe-views.ts';

export interface ScopeSources extends SnippetFacts {
  scopes: readonly ScopeStatus[];
  flows: readonly FlowRecord[];
  /** Of the accounts beside the default one, whose the scopes are. */
  others?: readonly AccountHoldings[];
}

/**
 * The services of the catalog in its order, then the flows, then everything else. Within a group the order is
 * the user's.
 */
export function scopeGroups(sources: ScopeSources): ScopeGroupView[] {
  const flows = new Map(sources.flows.map((flow) => [flow.id, flow]));
  const groups = new Map<string, { title: string; members: ScopeStatus[] }>(
    [...PLACES].map(([id, title]) => [id, { title, members: [] }]),
  );
  for (const status of sources.scopes) groups.get(placeOf(status))?.members.push(status);
  return [...groups]
    .filter(([, { members }]) => members.length > 0)
    .map(([id, { title, members }]) => ({
      id,
      title,
      note: groupNote(members),
      scopes: members.map((status) => scopeView(status, flows, sources)),
      ...othersOf(members, sources.others ?? []),
    }));
}

/** Those accounts alone that hold something of this group. */
function othersOf(
  members: readonly ScopeStatus[],
  others: readonly AccountHoldings[],
): Pick<ScopeGroupView, 'others'> {
  if (others.length === 0) return {};
  const rows = new Map(members.map(({ entry }, row) => [entry.scope, row]));
  const found = others.flatMap((one) => accountView(one, rows));
  return found.length === 0 ? {} : { others: found };
}

function accountView(
  { account: { sub, username }, holdings }: AccountHoldings,
  rows: ReadonlyMap<string, number>,
): AccountTokensView[] {
  const tokens = holdings.flatMap(({ serves, carries, forecast, ...token }) => {
    const own = serves.flatMap((scope) => rows.get(scope) ?? []);
    const { state, expiresAt, lifetime, isolated } = token;
    const shared = { state, expiresAt, lifetime, isolated, forecast: ends(forecast) };
    return own.length === 0 ? [] : [{ ...shared, rows: own, allows: namesOf(carries) }];
  });
  return tokens.length === 0 ? [] : [{ sub, username, tokens }];
}

/** Grants keep their list until they are renewed: it is named once, not at every view. */
function namesOf(carries: readonly string[]): string[] {
  const known = named.get(carries);
  if (known !== undefined) return known;
  const names = carries.map(scopeName);
  named.set(carries, names);
  return names;
}
const named = new WeakMap<readonly string[], string[]>();

function ends({ tokenEndsAt, grantEndsAt, policyEndsAt }: ScopeStatus['forecast']): ForecastView {
  return { tokenEndsAt, grantEndsAt, policyEndsAt };
}

/** What people call it: the catalog's name, else the last part of the string. */
export function scopeName(scope: string): string {
  const root = rootOf(scope);
  return findCatalogScope(root)?.name ?? root.split(/[/:]/).filter(Boolean).at(-1) ?? root;
}

const FLOWS = 'own-flows';
const OTHERS = 'other-scopes';
const PLACES = new Map<string, string>([
  // Several action providers share a resource server: the service is what people know.
  ...SERVICES.map(({ id, title }) => [`service:${id}`, title] as const),
  [FLOWS, 'My flows'],
  [OTHERS, 'Other scopes'],
]);

function placeOf({ entry }: ScopeStatus): string {
  const kind = kindOf(entry.scope);
  if (kind === 'flow') return FLOWS;
  return kind === 'service'
    ? `service:${entry.service ?? findCatalogScope(rootOf(entry.scope))?.service}`
    : OTHERS;
}

function kindOf(scope: string): ScopeView['kind'] {
  if (flowIdOfScope(scope) !== null) return 'flow';
  return findCatalogScope(rootOf(scope)) === undefined ? 'other' : 'service';
}

/** Tokens are told apart by what they carry: scopes that name each other share one (GLOBUS.md §0.1). */
function groupNote(members: readonly ScopeStatus[]): string {
  const held = members.filter((status) => status.expiresAt !== null);
  const tokens = new Set(held.map(tokenOf)).size;
  if (tokens === 0) return 'no token yet';
  return `${tokens === 1 ? 'one token' : `${tokens} tokens`} for ${held.length === 1 ? 'one scope' : `${held.length} scopes`}`;
}

function tokenOf(status: ScopeStatus): string {
  const scopes =
    status.others.length === 0 ? status.entry.scope : [status.entry.scope, ...status.others].sort().join(' ');
  return `${status.isolated ? 'isolated ' : ''}${scopes}`;
}

function scopeView(
  status: ScopeStatus,
  flows: ReadonlyMap<string, FlowRecord>,
  sources: ScopeSources,
): ScopeView {
  const { entry, forecast } = status;
  const flow = flows.get(flowIdOfScope(entry.scope) ?? '');
  return {
    scope: entry.scope,
    name: flow?.title ?? entry.name,
    definition: entry.definition,
    ...(entry.caution === undefined ? {} : { caution: entry.caution }),
    state: status.state,
    expiresAt: status.expiresAt,
    lifetime: status.lifetime,
    alsoAllows: status.others.map(scopeName),
    kind: kindOf(entry.scope),
    isolated: status.isolated,
    removable: true,
    forecast: ends(forecast),
    flow: flow === undefined ? null : flowView(flow),
    recipes: recipeViews(entry.scope, sources),
  };
}

function flowView({ id, title, role, collections }: FlowRecord): FlowView {
  const [curl, cli] = readScopeLines(id);
  return { id, title, role, collections: [...collections], readScope: [curl, cli] };
}
