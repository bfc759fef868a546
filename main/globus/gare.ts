import { asList, asObject, type JsonFields } from './json.ts';
import { plainText } from './plain-text.ts';
import { formatScope, parseScopes, splitScopes } from './scope-string.ts';

/** What a service asks for before it answers (GLOBUS.md §6): how to fix it; `code` only says why. */
export interface AuthRequirement {
  /** `ConsentRequired`, `AuthorizationRequired`, or any other word: an open set. */
  readonly code: string;
  /** Plain text for the user, remote input. */
  readonly message: string | null;
  /** Scope strings with brackets, canonical; what could not be read is left out. */
  readonly requiredScopes: readonly string[];
  readonly session: {
    /** Identity IDs; usernames and identity URNs were seen too. */
    readonly identities: readonly string[];
    /** Policy IDs. */
    readonly policies: readonly string[];
    /** Domains, any one of which will do. */
    readonly singleDomain: readonly string[];
    readonly mfa: boolean;
  };
  /** The only value that a service may force: `none` would end every sign-in. */
  readonly prompt: 'login' | null;
}

/**
 * The requirement in the body of a refusal, or null: the body itself first, then each item of `errors[]`, the
 * first match wins. Takes the canonical form and the four legacy ones of GLOBUS.md §6.
 */
export function requirementOf(body: unknown): AuthRequirement | null {
  const fields = asObject(body);
  if (fields === null) return null;
  const own = variantOf(fields);
  if (own !== null) return own;
  for (const item of asList(fields['errors']).slice(0, MAX_ITEMS)) {
    const inner = asObject(item);
    const found = inner === null ? null : variantOf(inner);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Why an INACTIVE run waits: in `run.details`, else in the details of the action that stopped it.
 * @param details the run's `details`
 */
export function requirementOfRun(details: unknown): AuthRequirement | null {
  const fields = asObject(details);
  if (fields === null) return null;
  const actions = [fields, asObject(fields['details'])].flatMap((level) =>
    asList(level?.['action_statuses']),
  );
  const places = [details, fields['details'], ...actions.map((action) => asObject(action)?.['details'])];
  for (const place of places.slice(0, MAX_ITEMS)) {
    const found = requirementOf(place);
    if (found !== null) return found;
  }
  return null;
}

/** True when a new sign-in alone helps: something about the session, not only a missing consent. */
export function needsSession(requirement: AuthRequirement): boolean {
  const { identities, policies, singleDomain, mfa } = requirement.session;
  return requirement.prompt !== null || mfa || identities.length + policies.length + singleDomain.length > 0;
}

const MAX_ITEMS = 50;
const MAX_MESSAGE = 500;
const MAX_CODE = 64;
/** No comma: they are joined with commas on the way to Globus. No space: none of them has one. */
const VALUE = /^[^\s,\p{Cc}]{1,200}$/u;

function variantOf(fields: JsonFields): AuthRequirement | null {
  const parameters = asObject(fields['authorization_parameters']);
  const canonical = parameters === null ? null : ofParameters(fields, parameters);
  if (canonical !== null && asksForSomething(canonical)) return canonical;
  if (fields['code'] === 'ConsentRequired') {
    const scopes = [...scopesIn(fields['required_scopes']), ...scopesIn(fields['required_scope'])];
    const told = fields['required_scopes'] !== undefined || fields['required_scope'] !== undefined;
    return told ? consent(scopes, messageIn(fields['message']) ?? messageIn(fields['description'])) : null;
  }
  if (fields['error'] === 'dependent_consent_required') {
    const scopes = asList(fields['errors']).flatMap((item) =>
      scopesIn(asObject(item)?.['unapproved_scopes']),
    );
    return consent(scopes, messageIn(fields['error_description']));
  }
  return null;
}

/** Run details carry both forms at once; the canonical one counts, the other fills its gaps. */
function ofParameters(fields: JsonFields, parameters: JsonFields): AuthRequirement {
  const scopes = scopesIn(parameters['required_scopes']);
  const legacy = [...scopesIn(fields['required_scopes']), ...scopesIn(fields['required_scope'])];
  return {
    code: codeIn(fields['code']) ?? 'AuthorizationRequired',
    message: messageIn(parameters['session_message']) ?? messageIn(fields['description']),
    requiredScopes: scopes.length > 0 ? scopes : [...new Set(legacy)],
    session: {
      identities: valuesIn(parameters['session_required_identities']),
      policies: valuesIn(parameters['session_required_policies']),
      singleDomain: valuesIn(parameters['session_required_single_domain']),
      mfa: parameters['session_required_mfa'] === true,
    },
    prompt: parameters['prompt'] === 'login' ? 'login' : null,
  };
}

/** A form without content would only send people to a sign-in that changes nothing. */
function asksForSomething(requirement: AuthRequirement): boolean {
  return requirement.message !== null || requirement.requiredScopes.length > 0 || needsSession(requirement);
}

function consent(scopes: readonly string[], message: string | null): AuthRequirement {
  return {
    code: 'ConsentRequired',
    message,
    requiredScopes: [...new Set(scopes)],
    session: { identities: [], policies: [], singleDomain: [], mfa: false },
    prompt: null,
  };
}

/** A list of scopes, or one text of one or several. */
function scopesIn(value: unknown): string[] {
  const texts = typeof value === 'string' ? [value] : asList(value).slice(0, MAX_ITEMS);
  const scopes = texts
    .flatMap((text) => (typeof text === 'string' ? splitScopes(text) : []))
    .flatMap((text) => {
      const parsed = parseScopes(text);
      return parsed.ok ? parsed.scopes : [];
    })
    .filter((node) => !node.optional);
  return [...new Set(scopes.map(formatScope))];
}

/** Older services join lists with commas. */
function valuesIn(value: unknown): string[] {
  const list = typeof value === 'string' ? value.split(',') : asList(value);
  const texts = list.slice(0, MAX_ITEMS).map((item) => (typeof item === 'string' ? item.trim() : ''));
  return [...new Set(texts.filter((text) => VALUE.test(text)))];
}

function messageIn(value: unknown): string | null {
  const text = typeof value === 'string' ? plainText(value, MAX_MESSAGE) : '';
  return text === '' ? null : text;
}

function codeIn(value: unknown): string | null {
  const text = typeof value === 'string' ? plainText(value, MAX_CODE) : '';
  return text === '' ? null : text;
}
