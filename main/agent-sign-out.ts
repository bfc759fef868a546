import type { AgentParts } from './agent-parts.ts';
import type { Result } from './effects.ts';
import { revoke } from './oauth/revoke.ts';
import { notRemovedProblem, notSignedOutProblem } from './tokens/problems.ts';
import { grantsToEnd, signOut, type SignOutWish } from './tokens/sign-out.ts';

/** Ends grants on the agent's own parts, and says in words what was not ended: see `Agent.signOut`. */
export async function endGrants(
  parts: AgentParts,
  what: SignOutWish,
  announce: () => void,
): Promise<Result<null>> {
  const { grants, keeper, providers, signIns, troubles } = parts;
  const context = parts.context();
  if (context === null) return { ok: true, value: null };
  const wanted = grantsToEnd(grants, what);
  const end = async (token: string) => revoke(context, await providers.get(context), token);
  const result = await signOut(wanted, grants, keeper, end, what.unconfirmed === true);
  // A wider grant may be what a scope is served from now.
  keeper.schedule();
  announce();
  switch (result.kind) {
    case 'revoked':
    case 'given-up':
      signIns.dismiss();
      troubles.solve(grants.list().length === 0 ? undefined : wanted.map(({ name }) => name));
      return { ok: true, value: null };
    case 'kept':
      return { ok: false, problem: notSignedOutProblem(result.failure) };
    case 'vault':
      return { ok: false, problem: notRemovedProblem(troubles.ofVault(result.trouble), result.revoked) };
  }
}
