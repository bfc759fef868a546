import { uuidOf } from './values.ts';

/**
 * IDs and titles of what every fake Flows service starts with; tests and the demo name them. `users[0]` owns
 * most of it, the rest goes round (seed-flows.ts, seed-runs.ts).
 */

/** Public, everybody may start it, Pass states only: the service scope `run` suffices. */
export const PASS_FLOW_ID = uuidOf('flow pass');
/** One call of the Hello World provider; `required_dependent_scope` in the input makes its runs INACTIVE. */
export const HELLO_FLOW_ID = uuidOf('flow hello');
/** Two transfers; needs a data_access consent when an endpoint is MAPPED_COLLECTION_ID. */
export const TRANSFER_FLOW_ID = uuidOf('flow two-hop transfer');
/** Hidden definition in lists; access demands a session that satisfies HIGH_ASSURANCE_POLICY_ID. */
export const HIGH_ASSURANCE_FLOW_ID = uuidOf('flow high assurance');
/** Answers 404; its scope is unknown to Auth. */
export const DELETED_FLOW_ID = uuidOf('flow deleted');
/** Ends in a Fail state. */
export const FAILING_FLOW_ID = uuidOf('flow failing');
/** Waits for 30 days: its runs stay ACTIVE. */
export const WAITING_FLOW_ID = uuidOf('flow waiting');
/** Asks a person to choose: its runs open a web input. */
export const APPROVAL_FLOW_ID = uuidOf('flow approval');
/** Of `users[0]` alone: invisible to everybody else. */
export const PRIVATE_FLOW_ID = uuidOf('flow private');
/** Visible to everybody, startable by its owner `users[0]` only. */
export const VIEW_ONLY_FLOW_ID = uuidOf('flow view only');

/** Further flows without a story, enough for a second page. */
export const SAMPLE_FLOW_IDS: readonly string[] = Array.from({ length: 16 }, (_, index) =>
  uuidOf(`flow sample ${index + 1}`),
);

/** Runs of `users[0]` in known states. */
export const SUCCEEDED_RUN_ID = uuidOf('run succeeded');
export const FAILED_RUN_ID = uuidOf('run failed');
export const CANCELED_RUN_ID = uuidOf('run canceled');
export const ACTIVE_RUN_ID = uuidOf('run active');
/** ConsentRequired for MAPPED_COLLECTION_ID. */
export const INACTIVE_RUN_ID = uuidOf('run inactive');
export const ENDED_RUN_ID = uuidOf('run ended');
/** Blocked by OPEN_WEB_INPUT_ID. */
export const APPROVAL_RUN_ID = uuidOf('run approval');

export const OPEN_WEB_INPUT_ID = uuidOf('web input open');
export const APPROVE_OPTION_ID = uuidOf('option approve');
export const REJECT_OPTION_ID = uuidOf('option reject');

/** The first of 12 registered APIs of `users[0]`. */
export const REGISTERED_API_ID = uuidOf('registered api 1');

export const HIGH_ASSURANCE_POLICY_ID = uuidOf('policy high assurance');
export const GARE_POLICY_ID = uuidOf('policy gare');
export const SUBSCRIPTION_ID = uuidOf('subscription');
/** A mapped GCS collection: transfers from or to it need its data_access scope. */
export const MAPPED_COLLECTION_ID = uuidOf('collection mapped');

export const HELLO_WORLD_SCOPE = 'https://auth.globus.org/scopes/actions.globus.org/hello_world';
export const TRANSFER_SCOPE = 'urn:globus:auth:scope:transfer.api.globus.org:all';
export const DATA_ACCESS_SCOPE = `https://auth.globus.org/scopes/${MAPPED_COLLECTION_ID}/data_access`;

/**
 * Titles of the flows whose start is refused with an authentication requirement error, one per form of
 * GLOBUS.md §6. The title is what counts: a flow created with one of these titles behaves the same way.
 */
export const GARE_TITLES = {
  policy: 'GARE: session policy',
  identities: 'GARE: session identities',
  domain: 'GARE: single domain',
  mfa: 'GARE: multi-factor sign-in',
  prompt: 'GARE: prompt login',
  scopes: 'GARE: required scopes',
  no_code: 'GARE: parameters without code',
  transfer_consent: 'GARE: Transfer ConsentRequired',
  action_consent_403: 'GARE: action provider ConsentRequired, 403',
  action_consent_401: 'GARE: action provider ConsentRequired, 401',
  dependent_consent: 'GARE: dependent consent',
  errors_item: 'GARE: inside errors[]',
} as const;
export type GareVariant = keyof typeof GARE_TITLES;

export const GARE_VARIANTS = Object.keys(GARE_TITLES) as readonly GareVariant[];

export function gareFlowId(variant: GareVariant): string {
  return uuidOf(`flow gare ${variant}`);
}
