import type { SandboxUser, TokenFacts } from '../types.ts';
import { identitiesOf } from '../users.ts';
import { flowScope } from './auth.ts';
import { hasConsent, scopePath } from './consents.ts';
import { FlowsError } from './errors.ts';
import type { FlowRecord } from './records.ts';
import {
  DATA_ACCESS_SCOPE,
  GARE_POLICY_ID,
  GARE_TITLES,
  GARE_VARIANTS,
  HELLO_WORLD_SCOPE,
  TRANSFER_SCOPE,
  type GareVariant,
} from './seed.ts';
import type { Store } from './store.ts';
import { uuidOf, type JsonObject } from './values.ts';

/** Refuses access to a High Assurance flow from a session that does not satisfy its policy. */
export function requirePolicy(
  flow: FlowRecord,
  facts: TokenFacts,
  what: 'resource' | 'web input' = 'resource',
  extra: JsonObject = {},
): void {
  if (flow.policyId === null || facts.session?.policies.includes(flow.policyId) === true) return;
  throw policyRequired(flow.policyId, what, extra);
}

function policyRequired(policyId: string, what: string, extra: JsonObject = {}): FlowsError {
  return new FlowsError(403, {
    ...extra,
    error: {
      code: 'AUTHENTICATION_POLICY_REQUIRED',
      detail:
        'None of the identities in session meet the requirements of the attached authentication policy.',
    },
    code: 'AuthenticationPolicyRequired',
    authorization_parameters: {
      session_required_policies: [policyId],
      session_message: `Globus Flows detected an unsatisfied session policy for this ${what}.`,
    },
  });
}

/**
 * The gate of flows that are titled after a GARE variant. It opens for a token whose session or consents
 * meet the demand; a refreshed token carries its old session and stays out (GLOBUS.md §1.7).
 */
export function requireGareSatisfied(store: Store, flow: FlowRecord, facts: TokenFacts): void {
  const variant = GARE_VARIANTS.find((name) => GARE_TITLES[name] === flow.title);
  if (variant === undefined || isSatisfied(variant, store, flow, facts)) return;
  const key = `${facts.user.sub} ${flow.id}`;
  const refused = facts.session?.authenticatedAt ?? -Infinity;
  store.refusedSessions.set(key, Math.max(refused, store.refusedSessions.get(key) ?? -Infinity));
  throw refusal(variant, store, flow, facts);
}

function isSatisfied(variant: GareVariant, store: Store, flow: FlowRecord, facts: TokenFacts): boolean {
  const { session } = facts;
  const signedInAs = (sub: string): boolean => session?.identities.includes(sub) ?? false;
  switch (variant) {
    case 'policy':
    case 'no_code':
      return session?.policies.includes(GARE_POLICY_ID) ?? false;
    case 'identities':
      return isFresh(store, flow, facts) && signedInAs(requiredIdentity(store, facts).sub);
    case 'domain':
      return (
        isFresh(store, flow, facts) &&
        domainsOf(store, facts).includes(domainOf(requiredIdentity(store, facts).username))
      );
    case 'mfa':
      return session?.mfa ?? false;
    case 'prompt':
      return isFresh(store, flow, facts);
    case 'scopes':
    case 'transfer_consent':
    case 'action_consent_403':
    case 'action_consent_401':
    case 'dependent_consent':
    case 'errors_item':
      return hasConsent(facts, missingPath(variant, flow));
  }
}

/** A sign-in newer than every one that was refused here: a first attempt never is, a refreshed token neither. */
function isFresh(store: Store, flow: FlowRecord, facts: TokenFacts): boolean {
  const refused = store.refusedSessions.get(`${facts.user.sub} ${flow.id}`);
  return refused !== undefined && (facts.session?.authenticatedAt ?? -Infinity) > refused;
}

/** The identity that must sign in: a linked one where the account has one, because that is the harder case. */
function requiredIdentity(store: Store, facts: TokenFacts): SandboxUser {
  const own = identitiesOf(store.users).filter(({ account }) => account.sub === facts.user.sub);
  return own.at(-1) ?? facts.user;
}

function domainsOf(store: Store, facts: TokenFacts): string[] {
  const signedIn = facts.session?.identities ?? [];
  return identitiesOf(store.users)
    .filter(({ sub }) => signedIn.includes(sub))
    .map(({ username }) => domainOf(username));
}

function domainOf(username: string): string {
  return username.slice(username.indexOf('@') + 1);
}

function missingPath(variant: GareVariant, flow: FlowRecord): readonly string[] {
  const root = flowScope(flow.id);
  if (variant === 'transfer_consent') return [root, TRANSFER_SCOPE, DATA_ACCESS_SCOPE];
  if (variant === 'dependent_consent') return [root, TRANSFER_SCOPE];
  return [root, HELLO_WORLD_SCOPE];
}

function refusal(variant: GareVariant, store: Store, flow: FlowRecord, facts: TokenFacts): FlowsError {
  const required = scopePath(missingPath(variant, flow));
  const identity = requiredIdentity(store, facts);
  const session_message = 'Globus Flows needs you to sign in again for this flow.';
  const canonical = (code: string, parameters: JsonObject): FlowsError =>
    new FlowsError(403, { code, authorization_parameters: { session_message, ...parameters } });
  switch (variant) {
    case 'policy':
      return policyRequired(GARE_POLICY_ID, 'resource');
    case 'identities':
      return canonical('AuthorizationRequired', { session_required_identities: [identity.sub] });
    case 'domain':
      return canonical('AuthPolicyFailed', { session_required_single_domain: [domainOf(identity.username)] });
    case 'mfa':
      return canonical('AuthorizationParameters', {
        session_required_mfa: true,
        session_required_identities: [facts.user.sub],
      });
    case 'prompt':
      return canonical('AuthorizationParameters', {
        prompt: 'login',
        vendor_hint: 'unknown fields are allowed',
      });
    case 'scopes':
      return canonical('ConsentRequired', { required_scopes: [required] });
    case 'no_code':
      // Older services join lists with commas.
      return new FlowsError(403, {
        authorization_parameters: { session_message, session_required_policies: GARE_POLICY_ID },
      });
    case 'transfer_consent':
      return new FlowsError(403, {
        code: 'ConsentRequired',
        message: 'Missing required data_access consent',
        required_scopes: [required],
        request_id: uuidOf(`request ${flow.id}`).slice(0, 8),
        resource: '/transfer',
      });
    case 'action_consent_403':
    case 'action_consent_401':
      return new FlowsError(variant === 'action_consent_401' ? 401 : 403, {
        code: 'ConsentRequired',
        required_scope: required,
        description: 'This action requires you to grant an additional consent.',
      });
    case 'dependent_consent':
      return new FlowsError(403, {
        error: 'dependent_consent_required',
        error_description: 'Missing required dependent consents',
        errors: [
          {
            code: 'DEPENDENT_CONSENT_REQUIRED',
            status: '403',
            id: uuidOf(`error ${flow.id}`),
            title: 'Dependent Consent Required',
            detail: 'Missing required dependent consents',
            unapproved_scopes: [required],
          },
        ],
      });
    case 'errors_item':
      return new FlowsError(403, {
        errors: [
          {
            code: 'ConsentRequired',
            authorization_parameters: { session_message, required_scopes: [required] },
          },
        ],
      });
  }
}
