import { rootOf } from '../globus/scope-string.ts';
import { OAuthFailure, toFailure } from '../oauth/failure.ts';
import type { GrantRecord } from '../settings/types.ts';
import type { VaultTrouble } from '../vault/types.ts';
import { chooseGrant, type Grants } from './grants.ts';
import type { Keeper } from './keeper.ts';

export type SignedOut =
  | { kind: 'revoked' }
  /** Removed, as was wished, without the server's word for all of it. */
  | { kind: 'given-up' }
  /** The server did not confirm: what is left is kept, and nothing is claimed (CHECKLIST 23). */
  | { kind: 'kept'; failure: OAuthFailure }
  /** `revoked`: the server confirmed, and only the vault still holds what is dead now. */
  | { kind: 'vault'; trouble: VaultTrouble; revoked: boolean };

/** What to sign out of: everything when both are absent. */
export interface SignOutWish {
  /** `sub`. */
  readonly account?: string;
  /** The grant that serves this scope, with all that it covers; of the default account when none is named. */
  readonly scope?: string;
  /**
   * Also what the server does not confirm leaves the vault: for somebody who was told that it may stay good
   * elsewhere, and wants that.
   */
  readonly unconfirmed?: boolean;
}

/**
 * The grants that a sign-out is about. A scope stands for the narrowest grant of the account that covers it,
 * the one its tokens come from; wider ones stay.
 */
export function grantsToEnd(
  grants: Pick<Grants, 'list' | 'account'>,
  wish: SignOutWish,
): readonly GrantRecord[] {
  if (wish.scope === undefined) return grants.list(wish.account);
  const sub = wish.account ?? grants.account()?.sub;
  const chosen = sub === undefined ? undefined : chooseGrant(grants.list(sub), rootOf(wish.scope));
  return chosen === undefined ? [] : [chosen];
}

/**
 * Revokes the refresh token and every access token that may still live, grant by grant; a grant leaves the
 * vault only after the server confirmed its revocation (GLOBUS.md §2.4), unless the wish says otherwise.
 */
export async function signOut(
  wanted: readonly GrantRecord[],
  grants: Grants,
  keeper: Keeper,
  revoke: (token: string) => Promise<void>,
  unconfirmed = false,
): Promise<SignedOut> {
  let all: SignedOut = { kind: 'revoked' };
  for (const grant of wanted) {
    const ended = await keeper
      .undisturbed(grant.name, () => endGrant(grant.name, grants, keeper, revoke, unconfirmed))
      .catch(keptBy);
    if (ended.kind === 'given-up') all = ended;
    else if (ended.kind !== 'revoked') return ended;
  }
  return all;
}

/** Another process is renewing it still. */
function keptBy(error: unknown): SignedOut {
  if (error instanceof OAuthFailure) return { kind: 'kept', failure: error };
  throw error;
}

async function endGrant(
  name: string,
  grants: Grants,
  keeper: Keeper,
  revoke: (token: string) => Promise<void>,
  unconfirmed: boolean,
): Promise<SignedOut> {
  const read = await grants.read(name);
  if (read.kind === 'trouble') return { kind: 'vault', trouble: read.trouble, revoked: false };
  const refreshTokens = read.kind === 'found' ? [read.entry.refreshToken] : [];
  let confirmed = true;
  for (const token of [...refreshTokens, ...keeper.access.all(name)]) {
    try {
      await revoke(token);
    } catch (error) {
      if (!unconfirmed) return { kind: 'kept', failure: toFailure(error) };
      confirmed = false;
    }
  }
  const removed = await grants.remove(name);
  keeper.forget(name);
  if (removed.kind === 'trouble') return { kind: 'vault', trouble: removed.trouble, revoked: confirmed };
  return { kind: confirmed ? 'revoked' : 'given-up' };
}
