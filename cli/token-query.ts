import type { ExitName } from './exit-codes.ts';
import { Failure } from './failure.ts';
import type { Context, Input, OptionSpec, Request } from './types.ts';
import { durationOption, WAIT_OPTION, waitSeconds } from './wait.ts';

/** Of every command that gets a token. */
export const TOKEN_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  account: {
    type: 'string',
    value: '<name>',
    help: 'take it from this sign-in instead of the default account’s',
    completes: 'account',
  },
  'min-ttl': {
    type: 'string',
    value: '<duration>',
    help: 'it must live so long at least, else it is renewed first: 10m, 2h',
    completes: 'none',
  },
  wait: WAIT_OPTION,
  name: {
    type: 'string',
    value: '<text>',
    help: 'what you call yourself; the question shows it as unverified',
    completes: 'none',
  },
  interactive: {
    type: 'boolean',
    help: 'where a sign-in or a consent is missing, ask for it in the app and wait for it',
  },
};

/** How every command that gets a token can end before it has one. */
export const TOKEN_EXITS: readonly ExitName[] = [
  ...(['no-agent', 'locked', 'denied', 'not-set-up', 'needs-sign-in', 'needs-consent', 'network'] as const),
  ...(['expires-too-soon', 'not-kept', 'busy', 'no-keychain', 'no-keyring', 'keychain-locked'] as const),
  ...(['keychain-slow', 'keychain-denied', 'vault-truncated', 'vault-damaged', 'vault-swapped'] as const),
];

/**
 * The query of `/v1/token` and `/v1/header`.
 *
 * @throws Failure `usage`
 */
export function tokenQuery(
  context: Pick<Context, 'env' | 'person'>,
  scope: string,
  options: Input['options'],
): NonNullable<Request['query']> {
  const { account, name } = options;
  const least = options['min-ttl'];
  return {
    scope,
    account: typeof account === 'string' ? account : undefined,
    min_ttl: typeof least === 'string' ? durationOption('--min-ttl', least) : undefined,
    wait: waitSeconds(context, options),
    name: typeof name === 'string' ? name : undefined,
    interactive: options['interactive'] === true ? 1 : undefined,
  };
}

/**
 * A token, or a header with one, as it came: what is none was not said by an agent (RFC 6750 §2.1).
 *
 * @throws Failure
 */
export function secretLine(answer: unknown): string {
  if (typeof answer === 'string' && /^(?:Authorization: Bearer )?[\w.~+/=-]+$/.test(answer)) return answer;
  throw new Failure('failed', 'What answered is no token.', 'globus-token doctor');
}
