import { Failure } from '../failure.ts';
import { clean } from '../text.ts';
import type { Context } from '../types.ts';
import { type Attempt, failureOf, giveUp, handIn, type LoginWish, startAttempt } from './attempt.ts';

export interface CodeSource {
  /** For whoever opens the link. */
  readonly say: (text: string) => void;
  /** One code; null: none comes. */
  next(): Promise<string | null>;
  /** Whether a sign-in that is under way already may be given up. */
  readonly mayGiveUp: () => Promise<boolean>;
  /** How often a code that Globus refuses may be replaced by another one, the first included. */
  readonly tries: number;
}

/**
 * Signs in by codes that a person copies from Globus's page: one per consent, several where a scope is asked for
 * on its own.
 *
 * @throws Failure `needs-sign-in`, and what the agent says
 */
export async function byPaste(
  client: Context['client'],
  wish: LoginWish,
  source: CodeSource,
  signal: AbortSignal,
): Promise<void> {
  let attempt = await startAttempt(client, wish, source.mayGiveUp);
  let tries = 1;
  while (attempt.phase !== 'done') {
    if (attempt.link === null) throw failureOf(attempt);
    showLink(source, attempt.link);
    const code = await nextCode(client, source);
    const answered = await handIn(client, code, signal);
    if (answered.phase === 'failed') {
      if (!mayTryAgain(answered) || tries >= source.tries) throw failureOf(answered);
      tries += 1;
      // Codes belong to their link (PKCE), so another one needs a new link.
      source.say(`${clean(answered.problem?.title ?? 'That did not work')}. Here is a new link.\n`);
      attempt = await startAttempt(client, wish, source.mayGiveUp);
    } else attempt = answered;
  }
}

/** Nothing stays under way without a code: the next sign-in would find it in its way. */
async function nextCode(client: Context['client'], source: CodeSource): Promise<string> {
  try {
    const code = (await source.next())?.trim() ?? '';
    if (code !== '') return code;
    throw NO_CODE();
  } catch (error) {
    await giveUp(client);
    throw error;
  }
}

/** Another code helps only where the code was what Globus did not like; an older agent does not say. */
function mayTryAgain({ problem }: Attempt): boolean {
  return problem?.reason === 'code' || problem?.reason === '';
}

function showLink({ say }: CodeSource, link: string): void {
  say(
    `Open this on any device, sign in, allow it, and copy the code that the page shows:\n\n${clean(link)}\n\n`,
  );
}

const NO_CODE = () =>
  new Failure(
    'needs-sign-in',
    'No code was given, so the sign-in was given up. Your tokens are as they were.',
    'Start again: globus-token login',
    'login-failed',
  );
