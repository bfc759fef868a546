import { bearer, type SandboxRequest } from '../http.ts';
import type { SandboxClock, TokenFacts } from '../types.ts';
import { authenticationError, missingScope } from './errors.ts';
import { isUuid } from './values.ts';

export const FLOWS_RESOURCE_SERVER = 'flows.globus.org';

/** The scopes of the Flows service, by their short names (GLOBUS.md §3.1). */
export const SERVICE_SCOPES = [
  'view_flows',
  'manage_flows',
  'run',
  'run_status',
  'run_manage',
  'web_input_view',
  'web_input_respond',
  'all',
] as const;
export type ServiceScope = (typeof SERVICE_SCOPES)[number];

export function serviceScope(name: ServiceScope): string {
  return `https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/${name}`;
}

/** The scope that starts and resumes runs of one flow (GLOBUS.md §3.2). */
export function flowScope(flowId: string): string {
  return `https://auth.globus.org/scopes/${flowId}/flow_${flowId.replaceAll('-', '_')}_user`;
}

export interface TokenSource {
  clock: SandboxClock;
  lookup(token: string): TokenFacts | undefined;
}

/**
 * The live token of a request. A token that is missing, unknown, expired or meant for another service than
 * Flows gets the same 401 (GLOBUS.md §4.5). Every flow is its own resource server, so the ID of any flow is
 * accepted here and its scope is checked later.
 */
export function authenticate(request: SandboxRequest, source: TokenSource): TokenFacts {
  const token = bearer(request);
  const facts = token === undefined ? undefined : source.lookup(token);
  if (facts === undefined || facts.expiresAt <= source.clock.now()) throw authenticationError();
  if (facts.resourceServer !== FLOWS_RESOURCE_SERVER && !isUuid(facts.resourceServer)) {
    throw authenticationError();
  }
  return facts;
}

export function holdsServiceScope(facts: TokenFacts, name: ServiceScope): boolean {
  return facts.resourceServer === FLOWS_RESOURCE_SERVER && facts.scopes.includes(serviceScope(name));
}

export function holdsFlowScope(facts: TokenFacts, flowId: string): boolean {
  return facts.resourceServer === flowId && facts.scopes.includes(flowScope(flowId));
}

/** Any one of `names` suffices; the first is the one that the refusal names. */
export function requireServiceScope(
  facts: TokenFacts,
  names: readonly [ServiceScope, ...ServiceScope[]],
): void {
  if (!names.some((name) => holdsServiceScope(facts, name))) throw missingScope(serviceScope(names[0]));
}

/** `all` does not help here: it covers everything except starting and resuming flows (GLOBUS.md §3.1). */
export function requireFlowScope(
  facts: TokenFacts,
  flowId: string,
  orService: readonly ServiceScope[] = [],
): void {
  if (holdsFlowScope(facts, flowId)) return;
  if (orService.some((name) => holdsServiceScope(facts, name))) return;
  throw missingScope(flowScope(flowId));
}
