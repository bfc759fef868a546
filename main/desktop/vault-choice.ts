import type { AgentSnapshot } from '../agent-types.ts';
import type { Problem } from '../effects.ts';
import type { Staying } from '../host/vault-choice.ts';
import { busyProblem } from '../tokens/problems.ts';

/**
 * What the window says where the place of the sign-ins stays as it is.
 *
 * @param vault the one in use
 * @param commands whether `globus-token` is there, as it is not in a Flatpak
 */
export function stayProblem(why: Staying, vault: AgentSnapshot['vault'], commands: boolean): Problem {
  switch (why) {
    case 'locked':
      return {
        reason: 'locked',
        title: 'The app is locked',
        tokens: 'Your sign-ins are where they were.',
        next: 'Unlock it, then choose again.',
      };
    case 'signing-in':
      return busyProblem();
    case 'holds-sign-ins':
      return {
        reason: 'vault-holds-sign-ins',
        title: `${NAMES[vault.backend]} holds sign-ins, so no other place was chosen`,
        tokens:
          'They stay there as they are. Nothing is carried over, and from another place they are not found.',
        next: vault.status === 'ready' ? SIGN_OUT : (commands ? REPAIR : REPAIR_IN_WINDOW)[vault.backend],
      };
  }
}

const NAMES = { keychain: 'The keychain', passphrase: 'The passphrase file', memory: 'Memory' } as const;

const SIGN_OUT = 'Sign out of every account, then choose again.';

/** What cannot be read cannot be signed out of either. */
const REPAIR = {
  keychain:
    'Make the keychain answer again. If it is gone for good, give them up in a terminal: ' +
    'globus-token logout --forget --unconfirmed',
  passphrase: 'Unlock it in a terminal first: globus-token unlock',
  memory: SIGN_OUT,
} as const;

const REPAIR_IN_WINDOW = {
  ...REPAIR,
  keychain:
    'Make the keychain answer again. If it is gone for good, end its sign-ins at Globus, under Manage consents, and ' +
    'install this Flatpak anew: flatpak uninstall --delete-data',
} as const;
