import type { Grants } from '../tokens/grants.ts';
import type { VaultTrouble } from '../vault/types.ts';

export type Held =
  { kind: 'held'; refreshTokens: ReadonlySet<string> } | { kind: 'trouble'; trouble: VaultTrouble };

/**
 * The refresh tokens that the vault holds. Globus gives the same one back at a renewal (GLOBUS.md §2.3), so an
 * adopted token is the file's still: to revoke it there would be to end it here.
 */
export async function heldTokens(grants: Grants): Promise<Held> {
  const refreshTokens = new Set<string>();
  for (const { name } of grants.list()) {
    const read = await grants.read(name);
    if (read.kind === 'trouble') return { kind: 'trouble', trouble: read.trouble };
    if (read.kind === 'found') refreshTokens.add(read.entry.refreshToken);
  }
  return { kind: 'held', refreshTokens };
}
