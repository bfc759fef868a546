import { MAPPED_COLLECTION_ID } from '../flows/seed.ts';
import type { FlowScope } from '../types.ts';
import type { ScopeNode } from './scope-syntax.ts';

export interface KnownScope extends FlowScope {
  /** Shown on the consent page, as Globus does for `run` (GLOBUS.md §0.5). */
  note?: string;
}

/** `offline_access` asks for refresh tokens and is no scope of any token (GLOBUS.md §1.3). */
export const OFFLINE_ACCESS = 'offline_access';

/** High Assurance collections have no `data_access` scope: asking for it is asking for an unknown one. */
export const HIGH_ASSURANCE_COLLECTION = 'c0113c71-0000-4000-8000-0000000000a1';

/** Every scope string that this Globus knows (GLOBUS.md §3); the ones of flows are asked for each time. */
export class ScopeCatalog {
  private readonly flowScopes: () => readonly FlowScope[];
  private readonly forgotten: ReadonlySet<string>;

  constructor(flowScopes: () => readonly FlowScope[], forgotten: ReadonlySet<string> = new Set()) {
    this.flowScopes = flowScopes;
    this.forgotten = forgotten;
  }

  find(scope: string): KnownScope | undefined {
    if (this.forgotten.has(scope)) return undefined;
    return SERVICE_SCOPES.get(scope) ?? this.flowScopes().find((entry) => entry.scope === scope);
  }

  /**
   * The scope strings of a request that do not exist. Roots must be known; below them any well-formed scope
   * will do, because collections are many, except that High Assurance ones never have `data_access` (§3.4).
   */
  unknownIn(roots: readonly ScopeNode[]): string[] {
    const bad = roots
      .filter(({ scope, optional }) => optional || !this.isRoot(scope))
      .map(({ scope }) => scope);
    return [...new Set([...bad, ...roots.flatMap(({ dependencies }) => dependencies.flatMap(badBelow))])];
  }

  private isRoot(scope: string): boolean {
    return scope === OFFLINE_ACCESS || this.find(scope) !== undefined;
  }
}

function badBelow(node: ScopeNode): string[] {
  const bad = !WELL_FORMED.test(node.scope) || node.scope.includes(HIGH_ASSURANCE_COLLECTION);
  return [...(bad ? [node.scope] : []), ...node.dependencies.flatMap(badBelow)];
}

const WELL_FORMED = /^(https:\/\/auth\.globus\.org\/scopes\/[^/]+\/.+|urn:globus:auth:scope:[^:]+:.+)$/;
const URL_PREFIX = 'https://auth.globus.org/scopes/';
const FLOWS_CLIENT = 'eec9b274-0c81-4334-bdc2-54e90e689b9a';
const ACTIONS_CLIENT = '5fac2e64-c734-4e6b-90ea-ff12ddbf9653';

const SERVICE_SCOPES: ReadonlyMap<string, KnownScope> = new Map(
  [
    known('openid', 'auth.globus.org', 'Know who you are in Globus'),
    known('profile', 'auth.globus.org', 'Know some details about you'),
    known('email', 'auth.globus.org', 'Know your email address'),
    ...urns('auth.globus.org', [
      ['manage_projects', 'Manage your projects'],
      ['view_authentications', 'View your authentications'],
      ['view_clients', 'View your clients'],
      ['view_clients_and_scopes', 'View your clients and scopes'],
      ['view_consents', 'View your consents'],
      ['view_identities', 'View identities'],
      ['view_identity_set', 'View your linked identities'],
    ]),
    ...urls(FLOWS_CLIENT, 'flows.globus.org', [
      ['all', 'All capabilities of Flows, except those of a flow-specific scope'],
      ['manage_flows', 'Manage flows'],
      ['view_flows', 'View flows'],
      ['run', 'Run flows', 'Deprecated: run_manage is recommended instead.'],
      ['run_status', 'Check the status of runs'],
      ['run_manage', 'Manage runs'],
      ['web_input_view', 'View web inputs'],
      ['web_input_respond', 'Answer web inputs'],
    ]),
    ...urns('transfer.api.globus.org', [
      ['all', 'Manage data using Globus Transfer'],
      ['gcp_install', 'Set up Globus Connect Personal'],
    ]),
    ...urns('groups.api.globus.org', [
      ['all', 'Manage your groups'],
      ['view_my_groups_and_memberships', 'View your groups and memberships'],
    ]),
    ...urns('search.api.globus.org', [
      ['all', 'Manage data in Globus Search'],
      ['ingest', 'Write to Globus Search'],
      ['search', 'Search in Globus Search'],
      ['globus_connect_server', 'Globus Connect Server in Globus Search'],
    ]),
    ...urns('nexus.api.globus.org', [['groups', 'View your groups', 'Deprecated.']]),
    ...urns('transfer.actions.globus.org', [['create_guest_collection', 'Create guest collections']]),
    ...urls('524230d7-ea86-4a52-8312-86065a9e0417', '524230d7-ea86-4a52-8312-86065a9e0417', [
      ['timer', 'Manage timers'],
    ]),
    ...urls('facd7ccc-c5f4-42aa-916b-a0e270e2c2a9', 'funcx_service', [['all', 'Use Globus Compute']]),
    ...urls('actions.globus.org', 'actions.globus.org', [
      ['hello_world', 'Say hello to the world'],
      ['search/ingest', 'Ingest into Globus Search by an action'],
    ]),
    ...urls(ACTIONS_CLIENT, ACTIONS_CLIENT, [
      ['search_delete', 'Delete from Globus Search by an action'],
      ['notification_notify', 'Send notification email'],
      ['weboption_wait_for_option', 'Wait for a selection'],
      ['expression', 'Evaluate expressions'],
      ['datacite_mint_basic_auth_action_all', 'Mint DataCite identifiers'],
    ]),
    ...urls(MAPPED_COLLECTION_ID, MAPPED_COLLECTION_ID, [
      ['data_access', 'Access data on the sandbox collection'],
      ['https', 'Access data on the sandbox collection over HTTPS'],
    ]),
  ].map((entry) => [entry.scope, entry]),
);

type Row = readonly [name: string, title: string, note?: string];

function urns(resourceServer: string, rows: readonly Row[]): KnownScope[] {
  return rows.map(([name, title, note]) =>
    known(`urn:globus:auth:scope:${resourceServer}:${name}`, resourceServer, title, note),
  );
}

function urls(prefix: string, resourceServer: string, rows: readonly Row[]): KnownScope[] {
  return rows.map(([name, title, note]) =>
    known(`${URL_PREFIX}${prefix}/${name}`, resourceServer, title, note),
  );
}

function known(scope: string, resourceServer: string, title: string, note?: string): KnownScope {
  return { scope, resourceServer, title, ...(note === undefined ? {} : { note }) };
}
