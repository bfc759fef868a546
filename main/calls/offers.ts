import { needsSession, type AuthRequirement } from '../globus/gare.ts';
import { flowIdOfScope, flowScope } from '../globus/flow-scope.ts';
import { listed } from '../globus/listed.ts';
import { mergeScopes, rootOf } from '../globus/scope-string.ts';
import { shortNameOf } from '../globus/short-names.ts';
import { isUuid } from '../globus/uuid.ts';
import type { Offer } from './ports.ts';

export interface KeptOffer {
  readonly offer: Offer;
  /** `sub` of the account that the sign-in is for; absent: the default one. */
  readonly account?: string;
}

/**
 * Offers that wait for a person's answer, under random IDs: the window names one, it cannot make one up, and
 * each starts one sign-in at most, so that no refusal goes round in circles (GLOBUS.md §6).
 */
export class Offers {
  readonly #kept = new Map<string, KeptOffer>();
  readonly #newId: () => string;

  /** @param newId unguessable, as `crypto.randomUUID` */
  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** @returns the ID under which it can be taken, once; the oldest of more than 50 is forgotten */
  keep(kept: KeptOffer): string {
    const id = this.#newId();
    this.#kept.set(id, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_OFFERS) break;
      this.#kept.delete(oldest);
    }
    return id;
  }

  /** null when there is no such offer, or it was taken before. */
  take(id: string): KeptOffer | null {
    const kept = this.#kept.get(id) ?? null;
    this.#kept.delete(id);
    return kept;
  }

  /** After a sign-out or a change of the account: what was offered may make no sense any more. */
  clear(): void {
    this.#kept.clear();
  }
}

const MAX_OFFERS = 50;

/**
 * What its button says: "Allow view_flows", "Sign in again with multi-factor authentication".
 *
 * @param titleOf what people call a flow's scope; null: there is nothing but the scope's own name
 */
export function offerLabel(offer: Offer, titleOf: (scope: string) => string | null = () => null): string {
  switch (offer.kind) {
    case 'consent':
      return `Allow ${names(offer.scopes, titleOf)}`;
    case 'sign-in':
      return `Sign in again for ${names(offer.scopes, titleOf)}`;
    case 'step-up':
      return `Sign in again${sessionWords(offer.requirement)}`;
  }
}

/**
 * The sign-in that meets a requirement (GLOBUS.md §6, last table): scopes alone are a consent, anything about
 * the session a step-up for the scope of the call as well, because only new tokens carry the new session.
 *
 * @param scope the scope that the refused request was made with
 * @param flowId the flow that the request was about: its own scope is then asked for too, so that its token
 *   gets the consent and the session that its runs need
 */
export function offerFor(requirement: AuthRequirement, scope: string, flowId: string | null = null): Offer {
  const id = flowIdOfScope(scope) ?? flowId;
  const ofFlow = id !== null && isUuid(id) ? [flowScope(id)] : [];
  const required = requirement.requiredScopes;
  const consentOnly =
    !needsSession(requirement) && (required.length > 0 || requirement.code === 'ConsentRequired');
  // A consent that names no scope can only be about the one in use.
  const used = consentOnly && (required.length > 0 || ofFlow.length > 0) ? [] : [rootOf(scope)];
  const scopes = mergeScopes([...used, ...ofFlow, ...required]);
  return consentOnly ? { kind: 'consent', scopes } : { kind: 'step-up', scopes, requirement };
}

function names(scopes: readonly string[], titleOf: (scope: string) => string | null): string {
  return listed(scopes.map((scope) => titleOf(scope) ?? shortNameOf(rootOf(scope))));
}

function sessionWords({ session }: AuthRequirement): string {
  const words = [
    session.mfa ? 'multi-factor authentication' : '',
    session.singleDomain.length > 0 ? `an identity of ${session.singleDomain.join(' or ')}` : '',
    session.identities.length > 0 ? 'the identity that Globus names' : '',
    session.policies.length > 0 ? 'what the policy demands' : '',
  ].filter((text) => text !== '');
  return words.length === 0 ? '' : ` with ${words.join(', ')}`;
}
