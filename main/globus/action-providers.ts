import { defineService, SCOPE_URL, SCOPE_URN, type Service } from './catalog-scope.ts';

/** An action provider that Globus hosts (GLOBUS.md §7). */
export interface ActionProvider {
  readonly id: string;
  readonly title: string;
  /** Its introspection (GET) needs no token. */
  readonly url: string;
  readonly scope: string;
  /** Whether its actions answer at once (`sync`), run on (`async`) or do as asked (`both`). */
  readonly mode: 'sync' | 'async' | 'both';
}

const ACTIONS = 'actions.globus.org';
const ACTIONS_CLIENT = '5fac2e64-c734-4e6b-90ea-ff12ddbf9653';
const TRANSFER_ACTIONS = 'transfer.actions.globus.org';
const TRANSFER_ALL = `${SCOPE_URN}transfer.api.globus.org:all`;

function own(name: string): string {
  return `${SCOPE_URL}${ACTIONS}/${name}`;
}

function automate(name: string): string {
  return `${SCOPE_URL}${ACTIONS_CLIENT}/${name}`;
}

function provider(
  id: string,
  title: string,
  url: string,
  scope: string,
  mode: ActionProvider['mode'],
): ActionProvider {
  return { id, title, url, scope, mode };
}

export const ACTION_PROVIDERS: readonly ActionProvider[] = [
  provider('hello_world', 'Hello World', `https://${ACTIONS}/hello_world`, own('hello_world'), 'both'),
  provider(
    'search_ingest',
    'Search ingest',
    `https://${ACTIONS}/search/ingest`,
    own('search/ingest'),
    'async',
  ),
  provider(
    'search_delete',
    'Search delete',
    `https://${ACTIONS}/search/delete`,
    automate('search_delete'),
    'async',
  ),
  provider(
    'notification_notify',
    'Send notification email',
    `https://${ACTIONS}/notification/notify`,
    automate('notification_notify'),
    'sync',
  ),
  provider(
    'weboption_wait_for_option',
    'Wait for user selection',
    `https://${ACTIONS}/weboption/wait_for_option`,
    automate('weboption_wait_for_option'),
    'async',
  ),
  provider(
    'expression',
    'Expression evaluation',
    `https://${ACTIONS}/expression_eval`,
    automate('expression'),
    'sync',
  ),
  provider(
    'datacite_mint',
    'DataCite mint',
    `https://${ACTIONS}/datacite/mint/basic_auth`,
    automate('datacite_mint_basic_auth_action_all'),
    'sync',
  ),
  ...(
    [
      ['transfer', 'async'],
      ['delete', 'async'],
      ['ls', 'sync'],
      ['mkdir', 'sync'],
      ['stat', 'sync'],
      ['collection_info', 'sync'],
      ['manage_permission', 'sync'],
    ] as const
  ).map(([name, mode]) =>
    provider(
      `transfer_${name}`,
      `Transfer: ${name}`,
      `https://${TRANSFER_ACTIONS}/${name}`,
      TRANSFER_ALL,
      mode,
    ),
  ),
];

/** Only flows need these scopes as dependencies; a token for one calls the provider itself. */
function callOf(id: string): string {
  const found = ACTION_PROVIDERS.find((entry) => entry.id === id);
  return `Grants ability to call the hosted action provider “${found?.title ?? id}”`;
}

/** The scopes of the providers that have their own; resource servers follow from the strings (inferred). */
export const ACTION_SERVICES: readonly Service[] = [
  defineService('actions', 'Hosted action providers', ACTIONS, [
    ['actions:hello_world', own('hello_world'), callOf('hello_world')],
    ['actions:search_ingest', own('search/ingest'), callOf('search_ingest')],
  ]),
  defineService('automate-actions', 'Hosted action providers (Automate)', ACTIONS_CLIENT, [
    ['actions:search_delete', automate('search_delete'), callOf('search_delete')],
    ['actions:notification_notify', automate('notification_notify'), callOf('notification_notify')],
    [
      'actions:weboption_wait_for_option',
      automate('weboption_wait_for_option'),
      callOf('weboption_wait_for_option'),
    ],
    ['actions:expression', automate('expression'), callOf('expression')],
    ['actions:datacite_mint', automate('datacite_mint_basic_auth_action_all'), callOf('datacite_mint')],
  ]),
  defineService('transfer-actions', 'Transfer action providers', TRANSFER_ACTIONS, [
    [
      'actions:create_guest_collection',
      `${SCOPE_URN}${TRANSFER_ACTIONS}:create_guest_collection`,
      'Grants ability to create guest collections by an action',
    ],
  ]),
];
