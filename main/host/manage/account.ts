import type { Managed } from '../../broker/manage-port.ts';
import { SettingsWriteError } from '../../settings/store.ts';
import { findAccount } from '../../tokens/accounts.ts';
import { findKept, notKept } from './kept.ts';
import type { ManageParts } from './parts.ts';
import { managed, refusalOf, refused } from './refusals.ts';

type AccountParts = Pick<ManageParts, 'agent'>;

const IN_USE = refused(
  'busy',
  'The client ID in use has sign-ins, and under another one they would not be found. Nothing was changed.',
  'Sign out first (globus-token logout), then set it again.',
);

export function setClientId({ agent }: AccountParts, id: string): Managed<null> {
  try {
    const set = agent.setClientId(id);
    if (set.ok) return managed(set);
    if (set.problem.reason === 'client-holds-sign-ins') return IN_USE;
    return refusalOf(
      set.problem.reason === 'client-id' ? { ...set.problem, reason: 'bad-input' } : set.problem,
    );
  } catch (error) {
    if (!(error instanceof SettingsWriteError)) throw error;
    return refused(
      'internal',
      'The client ID could not be saved. Nothing was changed.',
      'Make room on the disk, or make the settings file writable, then try again.',
    );
  }
}

/**
 * Revokes what was asked for and removes it (CHECKLIST 23).
 *
 * @param unconfirmed what Globus does not confirm is removed as well
 * @param account username or `sub`; null with a null scope: every account
 */
export async function signOut(
  parts: AccountParts,
  account: string | null,
  scope: string | null,
  unconfirmed = false,
): Promise<Managed<null>> {
  const { agent } = parts;
  const who = account === null ? null : findAccount(agent.snapshot().accounts, account);
  if (account !== null && who === null) return NOT_SIGNED_IN;
  const kept = scope === null ? null : findKept(parts, scope);
  if (scope !== null && kept === null) return notKept();
  const result = await agent.signOut({
    ...(who === null ? {} : { account: who.sub }),
    ...(kept === null ? {} : { scope: kept.entry.scope }),
    unconfirmed,
  });
  return managed(result, 'unreachable');
}

const NOT_SIGNED_IN = refused(
  'unknown-account',
  'No account of this name is signed in. Nothing was changed.',
  'See which are: globus-token status',
);
