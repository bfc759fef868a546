import { AUTH_RESOURCE_SERVER, defineService, SCOPE_URL, SCOPE_URN, type Service } from './catalog-scope.ts';

/**
 * The services beside Flows (GLOBUS.md §3.3). The scope strings are official, the definitions are our words:
 * Globus shows its own on the consent page.
 */
const TRANSFER = 'transfer.api.globus.org';
const GROUPS = 'groups.api.globus.org';
const SEARCH = 'search.api.globus.org';
const NEXUS = 'nexus.api.globus.org';
const TIMERS = '524230d7-ea86-4a52-8312-86065a9e0417';
const COMPUTE = 'funcx_service';
const COMPUTE_CLIENT = 'facd7ccc-c5f4-42aa-916b-a0e270e2c2a9';

function urn(resourceServer: string, name: string): string {
  return `${SCOPE_URN}${resourceServer}:${name}`;
}

function auth(name: string): string {
  return urn(AUTH_RESOURCE_SERVER, name);
}

export const AUTH_SERVICE: Service = defineService('auth', 'Auth', AUTH_RESOURCE_SERVER, [
  ['openid', 'openid', 'Grants ability to know who you are in Globus'],
  ['profile', 'profile', 'Grants ability to know your name and organization'],
  ['email', 'email', 'Grants ability to know your email address'],
  ['auth:view_identities', auth('view_identities'), 'Grants ability to look up identities'],
  ['auth:view_identity_set', auth('view_identity_set'), 'Grants ability to view your linked identities'],
  [
    'auth:view_authentications',
    auth('view_authentications'),
    'Grants ability to view when and how you signed in',
  ],
  ['auth:view_consents', auth('view_consents'), 'Grants ability to view the consents that you gave'],
  ['auth:view_clients', auth('view_clients'), 'Grants ability to view the clients that you manage'],
  [
    'auth:view_clients_and_scopes',
    auth('view_clients_and_scopes'),
    'Grants ability to view the clients and scopes that you manage',
  ],
  [
    'auth:manage_projects',
    auth('manage_projects'),
    'Grants ability to manage your projects, clients and scopes',
    'Covers the registration of apps, this one included.',
  ],
]);

export const OTHER_SERVICES: readonly Service[] = [
  defineService('transfer', 'Transfer', TRANSFER, [
    [
      'transfer:all',
      urn(TRANSFER, 'all'),
      'Grants ability to transfer and manage data and to manage collections',
      'Mapped collections need their own data_access scope below this one.',
    ],
    [
      'transfer:gcp_install',
      urn(TRANSFER, 'gcp_install'),
      'Grants ability to set up Globus Connect Personal',
    ],
  ]),
  defineService('groups', 'Groups', GROUPS, [
    [
      'groups:view_my_groups_and_memberships',
      urn(GROUPS, 'view_my_groups_and_memberships'),
      'Grants ability to view your groups and memberships',
    ],
    ['groups:all', urn(GROUPS, 'all'), 'Grants ability to manage your groups'],
  ]),
  defineService('search', 'Search', SEARCH, [
    ['search:search', urn(SEARCH, 'search'), 'Grants ability to search in indexes'],
    ['search:ingest', urn(SEARCH, 'ingest'), 'Grants ability to write to indexes'],
    [
      'search:globus_connect_server',
      urn(SEARCH, 'globus_connect_server'),
      'Grants ability to use Search as Globus Connect Server does',
    ],
    ['search:all', urn(SEARCH, 'all'), 'Grants all capabilities of the Search service'],
  ]),
  defineService('timers', 'Timers', TIMERS, [
    ['timers:timer', `${SCOPE_URL}${TIMERS}/timer`, 'Grants ability to manage timers'],
  ]),
  defineService('compute', 'Compute', COMPUTE, [
    [
      'compute:all',
      `${SCOPE_URL}${COMPUTE_CLIENT}/all`,
      'Grants ability to register functions and to run them on Compute endpoints',
    ],
  ]),
  defineService('nexus', 'Nexus', NEXUS, [
    [
      'nexus:groups',
      urn(NEXUS, 'groups'),
      'Grants ability to view your groups in the former Groups service',
      'Deprecated: the Groups service replaces it.',
    ],
  ]),
];
