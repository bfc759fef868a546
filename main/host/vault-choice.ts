import type { AgentSnapshot } from '../agent-types.ts';
import type { SettingsStore } from '../settings/types.ts';
import type { VaultBackend } from './chosen-vault.ts';

/** Why the place where sign-ins are kept cannot be left for another one now. */
export type Staying = 'locked' | 'signing-in' | 'holds-sign-ins';

/**
 * Nothing is carried from one place to another (CHECKLIST 26), and sign-ins of another place than the one in
 * use are not found: so it is left only when it holds none, and none is on its way into it.
 *
 * @param from the place in use
 * @returns null: it may be chosen
 */
export function whyStay(
  snapshot: AgentSnapshot,
  settings: Pick<SettingsStore, 'get'>,
  from: VaultBackend,
  to: VaultBackend,
): Staying | null {
  if (snapshot.locked) return 'locked';
  if (['waiting', 'exchanging'].includes(snapshot.signIn.phase)) return 'signing-in';
  if (from === to) return null;
  const holds = settings
    .get()
    .grants.some(
      ({ environment, backend }) =>
        environment === snapshot.environment.name && (backend ?? 'keychain') === from,
    );
  return holds ? 'holds-sign-ins' : null;
}
