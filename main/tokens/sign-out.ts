import type { OAuthFailure } from '../oauth/failure.ts';
import { toFailure } from '../oauth/failure.ts';
import type { VaultTrouble } from '../vault/types.ts';
import type { Grants } from './grants.ts';
import type { Keeper } from './keeper.ts';

export type SignedOut =
  | { kind: 'revoked' }
  /** The server did not confirm: what is left is kept, and nothing is claimed (CHECKLIST 23). */
  | { kind: 'kept'; failure: OAuthFailure }
  | { kind: 'vault'; trouble: VaultTrouble };

/**
 * Revokes the refresh token and every access token that may still live, grant by grant; a grant leaves the
 * vault only after the server confirmed its revocation (GLOBUS.md §2.4).
 */
export async function signOut(
  grants: Grants,
  keeper: Keeper,
  revoke: (token: string) => Promise<void>,
): Promise<SignedOut> {
  for (const grant of grants.list()) {
    const read = await grants.read(grant.name);
    if (read.kind === 'trouble') return { kind: 'vault', trouble: read.trouble };
    const refreshTokens = read.kind === 'found' ? [read.entry.refreshToken] : [];
    try {
      for (const token of [...refreshTokens, ...keeper.access.all(grant.name)]) await revoke(token);
    } catch (error) {
      return { kind: 'kept', failure: toFailure(error) };
    }
    const removed = await grants.remove(grant.name);
    keeper.forget(grant.name);
    if (removed.kind === 'trouble') return { kind: 'vault', trouble: removed.trouble };
  }
  return { kind: 'revoked' };
}
