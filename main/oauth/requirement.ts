import type { AuthRequirement } from '../globus/gare.ts';

/**
 * What a service asked for, as parameters of the authorize request (GLOBUS.md §1.3, §6): lists joined with
 * commas, booleans in lower case. Not in here: `required_scopes` go into `scope`, and `prompt=login` is up to
 * whoever asks, because it is wanted once per trip.
 */
export function requirementParameters(requirement: AuthRequirement): Record<string, string> {
  const { identities, policies, singleDomain, mfa } = requirement.session;
  return {
    ...(requirement.message === null ? {} : { session_message: requirement.message }),
    ...list('session_required_identities', identities),
    ...list('session_required_policies', policies),
    ...list('session_required_single_domain', singleDomain),
    ...(mfa ? { session_required_mfa: 'true' } : {}),
  };
}

function list(name: string, values: readonly string[]): Record<string, string> {
  return values.length === 0 ? {} : { [name]: values.join(',') };
}
