import type { ExitName } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { clean } from '../text.ts';
import type { Context } from '../types.ts';

/** Where a person sees and ends what Globus still counts as good. */
export const CONSENTS = 'https://auth.globus.org/v2/web/consents';

/**
 * What is not coming back by itself: Globus does not confirm, or the place of the sign-ins cannot be opened any
 * more. A keychain that is only locked, slow or refusing can be asked again, so it is no reason.
 */
const FOR_GOOD: readonly ExitName[] = [
  ...(['network', 'no-keychain', 'no-keyring'] as const),
  ...(['vault-truncated', 'vault-damaged', 'vault-swapped'] as const),
];

export interface GivenUp {
  /** Usernames. */
  readonly accounts: readonly string[];
  /** Where they are kept: `keychain`, `passphrase` or `memory`. */
  readonly backend: string;
  readonly vaultState: string;
}

/** Whether a sign-out that failed so can be gone without; nobody may know the passphrase of a locked file any more. */
export function canGoWithout({ exit }: Failure, { backend, vaultState }: GivenUp): boolean {
  return (
    FOR_GOOD.includes(exit) || (exit === 'locked' && backend === 'passphrase' && vaultState === 'locked')
  );
}

/**
 * Says what may stay good, and asks for a yes. Anything else leaves everything as it is.
 *
 * @param yes it was said in advance
 * @throws Failure `needs-terminal` where nobody can be asked, and `why` itself after a no
 */
export async function confirmGivingUp(
  context: Pick<Context, 'err' | 'person'>,
  why: Failure,
  given: GivenUp,
  yes: boolean,
): Promise<void> {
  const text = warning(why, given);
  if (yes) return context.err(text);
  const person = context.person();
  if (person === null) {
    throw new Failure(
      'needs-terminal',
      `${why.message} To give these sign-ins up unconfirmed takes a yes, and there is no terminal to ask at. ` +
        'Nothing was removed.',
      'Say it in advance: globus-token logout --forget --unconfirmed --yes',
    );
  }
  person.say(text);
  const answer = await person.askAfresh('Give them up, and remove everything that is kept here? [y/N] ');
  if (!/^y(?:es)?$/i.test(answer?.trim() ?? '')) {
    throw new Failure(why.exit, `${why.message} Nothing was removed.`, why.next, why.reason);
  }
}

function warning(why: Failure, { accounts, backend }: GivenUp): string {
  const lines = [
    why.message,
    `So Globus has not confirmed that all tokens of ${accounts.join(', ')} are revoked. Until it has:`,
    '- access tokens that were handed out may work until they end, two days at most;',
    '- refresh tokens may work wherever a copy of them is, up to six months after their last use.',
    ...(backend === 'keychain' && why.exit !== 'network'
      ? ['- what is in the keychain stays there, and nothing here will find it again.']
      : []),
    `End these consents yourself, and all of that with them: ${CONSENTS}`,
  ];
  return lines.map((line) => `${clean(line)}\n`).join('');
}
