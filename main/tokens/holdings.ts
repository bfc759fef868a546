import type { CatalogScope } from '../globus/scopes.ts';
import { type ScopeStatus, scopeStatus, type StatusFacts } from './status.ts';
import { chooseGrant } from './grants.ts';
import type { Account } from './accounts.ts';

/** One token of an account, or the sign-in that it would come from, and the kept scopes that it serves. */
export interface Holding extends Pick<
  ScopeStatus,
  'state' | 'expiresAt' | 'lifetime' | 'isolated' | 'forecast'
> {
  /** Kept scopes, root scope strings, in the order of the list. */
  readonly serves: readonly string[];
  /** Everything that the token carries. */
  readonly carries: readonly string[];
}

/** What an account beside the default one holds of the list. */
export interface AccountHoldings {
  readonly account: Account;
  readonly holdings: readonly Holding[];
}

/**
 * As `scopeStatus`, but once per token: the rows of one token have everything else in common. Scopes that the
 * account has no grant for are left out.
 */
export function holdingsOf(
  entries: readonly CatalogScope[],
  facts: Omit<StatusFacts, 'entry'>,
): readonly Holding[] {
  const served = new Map<string, { grant: StatusFacts['grants'][number]; entries: CatalogScope[] }>();
  for (const entry of entries) {
    const grant = chooseGrant(facts.grants, entry.scope);
    if (grant === undefined) continue;
    const known = served.get(grant.name);
    if (known === undefined) served.set(grant.name, { grant, entries: [entry] });
    else known.entries.push(entry);
  }
  return [...served.values()].flatMap(({ grant, entries: own }) => {
    const [entry] = own;
    if (entry === undefined) return [];
    const { state, expiresAt, lifetime, isolated, forecast } = scopeStatus({
      ...facts,
      grants: [grant],
      entry,
    });
    return [
      {
        state,
        expiresAt,
        lifetime,
        isolated,
        forecast,
        serves: own.map(({ scope }) => scope),
        carries: grant.scopes,
      },
    ];
  });
}
