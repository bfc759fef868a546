import type { Problem } from '../effects.ts';
import { FlowsApi } from '../globus/flows-api.ts';
import type { ApiResult } from '../globus/flows-http.ts';
import { findName } from '../globus/catalog.ts';
import { shortNameOf } from '../globus/short-names.ts';
import type { CallPorts } from './ports.ts';
import { NoToken, TokenSource } from './token-source.ts';

/** One way to ask: with a token of this scope, in these words. */
export interface Way<T> {
  readonly scope: string;
  readonly ask: (api: FlowsApi) => Promise<T>;
}

/** `none`: no token of any of the ways; the problem names the scope that is missing. */
export type Asked<T> =
  { readonly kind: 'asked'; readonly value: T } | { readonly kind: 'none'; readonly problem: Problem };

/** What lists and reads flows, the narrowest first (GLOBUS.md §4.1). */
export const VIEW_FLOWS = ['view_flows', 'manage_flows', 'all'] as const;

/** Full scope string of one of the catalog's names. */
export function fullScope(name: string): string {
  const entry = findName(name);
  if (entry === undefined) throw new RangeError(`not in the catalog: ${name}`);
  return entry.scope;
}

/**
 * Asks the Flows service with the first way that has a token; with the next one when the service says that the
 * scope does not suffice, because which scopes do is documented for some calls only (GLOBUS.md §9.1).
 *
 * @param ways in order, the narrowest scope first
 * @param signal ends the request under way; the answer is then one that never came
 */
export async function askFlows<T>(
  ports: CallPorts,
  ways: readonly Way<T>[],
  lacksScope: (value: T) => boolean,
  signal?: AbortSignal,
): Promise<Asked<T>> {
  const tried = new Set<string>();
  let last: Asked<T> | null = null;
  let broken: Problem | null = null;
  for (const { scope, ask } of ways) {
    const source = new TokenSource(ports, scope);
    const token = await source.current();
    if (!token.ok) {
      // One that ended or cannot be renewed now says nothing about the others.
      if (token.why !== 'none') broken ??= token.problem;
      continue;
    }
    if (tried.has(token.value)) continue;
    tried.add(token.value);
    try {
      const value = await ask(apiWith(ports, source, signal));
      last = { kind: 'asked', value };
      if (!lacksScope(value)) return last;
    } catch (error) {
      if (error instanceof NoToken) return { kind: 'none', problem: error.trouble.problem };
      throw error;
    }
  }
  return last ?? { kind: 'none', problem: broken ?? missingScopeProblem(ways.map(({ scope }) => scope)) };
}

export function lacksScope(result: ApiResult<unknown>): boolean {
  return result.kind === 'refused' && result.error.kind === 'missing-scope';
}

function apiWith(ports: CallPorts, source: TokenSource, signal: AbortSignal | undefined): FlowsApi {
  const { fetch, clock, environment } = ports;
  const token = async (rejected: string | null): Promise<string> => {
    const answer = rejected === null ? await source.current() : await source.after(rejected);
    if (!answer.ok) throw new NoToken(answer);
    return answer.value;
  };
  return new FlowsApi({ fetch, clock, origin: environment.flows, token, signal });
}

function missingScopeProblem(scopes: readonly string[]): Problem {
  const [first = '', ...others] = scopes.map(shortNameOf);
  return {
    reason: 'missing-scope',
    title: `This needs a token for ${first}`,
    tokens: 'Your other tokens are as they were.',
    next: `Sign in with ${first} ticked${others.length === 0 ? '' : ` (${others.join(' or ')} would do too)`}.`,
  };
}
