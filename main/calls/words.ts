import type { Problem } from '../effects.ts';
import type { ApiResult } from '../globus/flows-http.ts';

/** Wording of what can go wrong with a test call beside the service's own refusals (CHECKLIST 59). Pure. */

const UNTOUCHED = 'Your tokens are unchanged.';

type Silence = Extract<ApiResult<never>, { kind: 'unreachable' }>['why'];

/** @param status of the answer, where there was one. @param retryAfterSeconds what the service asked for */
export function silenceProblem(
  why: Silence,
  retryAfterSeconds: number | null = null,
  status: number | null = null,
): Problem {
  const told = status === null ? '' : ` (${status})`;
  const wait = retryAfterSeconds === null ? 'in a moment' : `in ${seconds(retryAfterSeconds)}`;
  const again = `Try again ${wait}.`;
  switch (why) {
    case 'network':
      return says('network', 'Globus cannot be reached', 'Check the network, then try again.');
    case 'timeout':
      return says('timeout', 'Globus did not answer in time', again);
    case 'cancelled':
      return says('cancelled', 'The call was cancelled', 'Try again when you like.');
    case 'busy':
      return says('busy', `Globus asks for a pause${told}`, again);
    case 'server':
      return says('server', `Globus could not answer${told}`, again);
    case 'redirect':
      return says(
        'redirect',
        `Globus answered with a redirect${told}, which is not followed`,
        'Nothing to do: a token goes to no other host. Tell the maintainers when it stays.',
        'Your token was sent to Globus alone.',
      );
    case 'too-large':
      return says('too-large', 'The answer is too large to be shown', 'Ask for less, or use a snippet.');
    case 'unreadable':
      return says('unreadable', `Globus’s answer cannot be read${told}`, again);
  }
}

export function notReadOnlyProblem(title: string): Problem {
  return says(
    'not-read-only',
    `“${title}” changes something, and test calls only read`,
    'Copy its snippet and run that in a terminal.',
    `Nothing was sent. ${UNTOUCHED}`,
  );
}

/** The token of one service is none of the business of another (CHECKLIST 17). */
export function otherHostProblem(scope: string): Problem {
  return says(
    'other-host',
    `A token for ${scope} must not go to the service of this request`,
    'Choose a scope of that service.',
    `Nothing was sent. ${UNTOUCHED}`,
  );
}

export function missingValuesProblem(labels: readonly string[]): Problem {
  return says(
    'missing-value',
    `The request needs a value: ${labels.join(', ')}`,
    'Fill it in, then try again.',
    `Nothing was sent. ${UNTOUCHED}`,
  );
}

export function badValueProblem(): Problem {
  return says(
    'bad-value',
    'A value cannot stand at its place in the request, or contains a token',
    'Correct it, then try again.',
    `Nothing was sent. ${UNTOUCHED}`,
  );
}

/** The server's answer to a token that was renewed a moment ago. */
export function signedOutProblem(): Problem {
  return says(
    'signed-out',
    'Globus no longer accepts this sign-in',
    'Sign in again.',
    'A renewed token was refused too: it was revoked, or your access was rescinded. Others are unchanged.',
  );
}

function says(reason: string, title: string, next: string, tokens = UNTOUCHED): Problem {
  return { reason, title, tokens, next };
}

function seconds(count: number): string {
  if (count === 1) return 'one second';
  return count < 120 ? `${count} seconds` : `${Math.ceil(count / 60)} minutes`;
}
