import { type AuthRequirement, needsSession } from '../globus/gare.ts';
import { mergeScopes, rootOf } from '../globus/scope-string.ts';
import { AUTH_RESOURCE_SERVER } from '../globus/scopes.ts';
import { resolveScopeName } from '../globus/short-names.ts';
import type { GrantRecord } from '../settings/types.ts';
import type { Account } from './accounts.ts';
import { chooseGrant } from './grants.ts';
import type { SignInStep } from './sign-in.ts';

/** A sign-in as a face asks for it. */
export interface SignInRequest {
  /** Full scope strings or short names, dependent scopes in brackets allowed. */
  readonly scopes: readonly string[];
  readonly way: 'browser' | 'paste';
  /** `sub` of who must come; `new`: anybody, beside the others; absent: the default account, anybody without one. */
  readonly account?: string;
  /** One authorization per scope, each with `openid` alone beside it. */
  readonly isolate?: boolean;
  /** No browser is opened: the link is shown to somebody who may be elsewhere. */
  readonly linkOnly?: boolean;
  /** What a service asked for before it answers (GLOBUS.md §6). */
  readonly requirement?: AuthRequirement;
}

export interface SignInPlan {
  readonly steps: readonly SignInStep[];
  /** Who must come; null: anybody. */
  readonly expected: Pick<Account, 'sub' | 'username'> | null;
  readonly freshLogin: boolean;
}

export interface PlanFacts {
  readonly accounts: readonly Account[];
  readonly account: Account | null;
  /** Of every account. */
  readonly grants: readonly GrantRecord[];
  /** The kept text of a scope, with its dependent scopes. */
  wireText(scope: string): string;
}

/** Which authorizations a sign-in takes, and who is expected to come. Pure. */
export function planSignIn(request: SignInRequest, facts: PlanFacts): SignInPlan {
  const expected = expectedOf(request.account, facts);
  const scopes = mergeScopes(request.scopes.flatMap((text) => asked(text, facts)));
  const { requirement } = request;
  // A consent alone needs no login; a session that has to be better than the browser's does (GLOBUS.md §6).
  const stepsUp = requirement !== undefined && needsSession(requirement);
  const severalAsked = request.account !== undefined && facts.accounts.length > 1;
  return {
    steps:
      requirement === undefined
        ? stepsOf(scopes, () => request.isolate === true)
        : stepUp(scopes, request, expected, facts),
    expected,
    freshLogin: request.account === 'new' || severalAsked || stepsUp,
  };
}

function expectedOf(account: string | undefined, facts: PlanFacts): SignInPlan['expected'] {
  if (account === 'new') return null;
  if (account === undefined) return facts.account;
  return facts.accounts.find(({ sub }) => sub === account) ?? { sub: account, username: account };
}

/** The scope as it was asked for, and as the app keeps it; an unknown text is the server's to judge. */
function asked(text: string, facts: PlanFacts): string[] {
  const scope = resolveScopeName(text) ?? text;
  return [facts.wireText(scope), scope];
}

/** One wide authorization for all that is not isolated; at least one, for the identity alone. */
function stepsOf(scopes: readonly string[], isolated: (scope: string) => boolean): SignInStep[] {
  const wide = scopes.filter((scope) => !isolated(scope));
  const alone = scopes.filter(isolated).map((scope) => ({ scopes: [scope], isolated: true }));
  return wide.length === 0 && alone.length > 0 ? alone : [{ scopes: wide, isolated: false }, ...alone];
}

/**
 * New tokens for what an answer refused: an isolated grant is replaced by an isolated one, a wide one by one
 * that can do no less (GLOBUS.md §6: "the other root scopes of each affected resource server").
 */
function stepUp(
  scopes: readonly string[],
  request: SignInRequest,
  expected: SignInPlan['expected'],
  facts: PlanFacts,
): SignInStep[] {
  const { requirement, isolate } = request;
  const grants = facts.grants.filter(({ sub }) => sub === expected?.sub);
  const held = (scope: string) => chooseGrant(grants, rootOf(scope));
  const merged = mergeScopes([...scopes, ...(requirement?.requiredScopes ?? [])]);
  const alone = (scope: string) => isolate ?? held(scope)?.isolated === true;
  const affected = new Set(merged.filter((scope) => !alone(scope)).map((scope) => held(scope)?.name));
  const others = grants
    .filter(({ name, resourceServer }) => affected.has(name) && resourceServer !== AUTH_RESOURCE_SERVER)
    .flatMap((grant) => grant.scopes.map((scope) => facts.wireText(scope)));
  const roots = new Set(merged.map(rootOf));
  return stepsOf([...merged, ...mergeScopes(others).filter((scope) => !roots.has(rootOf(scope)))], (scope) =>
    roots.has(rootOf(scope)) ? alone(scope) : false,
  );
}

/** What of a requirement goes with every step: its scopes are in the steps already. */
export function sessionOf(requirement: AuthRequirement): AuthRequirement {
  return { ...requirement, requiredScopes: [] };
}
