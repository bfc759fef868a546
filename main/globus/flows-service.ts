import { type CatalogScope, defineService, FLOWS_RESOURCE_SERVER, SCOPE_URL } from './catalog-scope.ts';

/** The prefix is the service's client ID, its resource server a domain name (GLOBUS.md §3.1). */
const FLOWS_PREFIX = `${SCOPE_URL}eec9b274-0c81-4334-bdc2-54e90e689b9a/`;

/** The Flows service with the official definitions: what reads comes first, the widest last. */
const FLOWS_OFFICIAL = defineService('flows', 'Flows', FLOWS_RESOURCE_SERVER, [
  ['view_flows', `${FLOWS_PREFIX}view_flows`, 'Grants ability to view flows'],
  ['manage_flows', `${FLOWS_PREFIX}manage_flows`, 'Grants ability to manage flows'],
  [
    'run',
    `${FLOWS_PREFIX}run`,
    'Grants ability to run flows',
    'Supports only basic flows with no external action references; most flows require the flow’s own scope.',
  ],
  ['run_status', `${FLOWS_PREFIX}run_status`, 'Grants ability to check the status of runs'],
  ['run_manage', `${FLOWS_PREFIX}run_manage`, 'Grants ability to manage runs'],
  [
    'all',
    `${FLOWS_PREFIX}all`,
    'Grants all capabilities of the Flows service, except those which require a flow-specific scope',
  ],
]);

const ON_DEMAND =
  'Not on the official list of scopes: where Globus does not know it, the whole sign-in that asks for it fails.';

const FLOWS_WEB_INPUTS = defineService('flows', 'Flows', FLOWS_RESOURCE_SERVER, [
  ['web_input_view', `${FLOWS_PREFIX}web_input_view`, 'Grants ability to view web inputs', ON_DEMAND],
  [
    'web_input_respond',
    `${FLOWS_PREFIX}web_input_respond`,
    'Grants ability to respond to web inputs',
    ON_DEMAND,
  ],
]);

/** What a fresh install shows (GLOBUS.md §3.1). */
export const FLOWS_SCOPES: readonly CatalogScope[] = FLOWS_OFFICIAL.scopes;

/** Never asked for unless the user adds them: the scope page does not list them (GLOBUS.md §0.6, §3.1). */
export const WEB_INPUT_SCOPES: readonly CatalogScope[] = FLOWS_WEB_INPUTS.scopes;

export const FLOWS_SERVICE = { ...FLOWS_OFFICIAL, scopes: [...FLOWS_SCOPES, ...WEB_INPUT_SCOPES] };
