import type { GrantRecord } from '../settings/types.ts';

/** A Globus identity that signed in. */
export interface Account {
  readonly sub: string;
  readonly username: string;
  readonly displayName: string;
}

/**
 * The accounts behind these grants, each as its newest sign-in named it; the one held longest comes first. An
 * isolated sign-in asks for `openid` alone, so its id token may tell no name: the `sub` stands in its place.
 */
export function accountsOf(grants: readonly GrantRecord[]): Account[] {
  const newest = new Map<string, GrantRecord>();
  for (const grant of grants) {
    const known = newest.get(grant.sub);
    if (known === undefined || namesBetter(grant, known)) newest.set(grant.sub, grant);
  }
  return [...newest.values()].map(({ sub, username, displayName }) => ({ sub, username, displayName }));
}

function namesBetter(grant: GrantRecord, known: GrantRecord): boolean {
  if (hasName(grant) !== hasName(known)) return hasName(grant);
  return known.grantedAt <= grant.grantedAt;
}

function hasName({ sub, username }: Account): boolean {
  return username !== sub;
}

/** The account that is used when none is named. @param wanted its `sub` as the settings keep it */
export function defaultAccount(accounts: readonly Account[], wanted: string | null): Account | null {
  return accounts.find(({ sub }) => sub === wanted) ?? accounts[0] ?? null;
}

/** @param text a username or a `sub`; the `sub` decides where both would fit */
export function findAccount<A extends Pick<Account, 'sub' | 'username'>>(
  accounts: readonly A[],
  text: string,
): A | null {
  return (
    accounts.find(({ sub }) => sub === text) ?? accounts.find(({ username }) => username === text) ?? null
  );
}
