import { clean } from '../text.ts';
import type { Context } from '../types.ts';
import { type Attempt, failureOf, type LoginWish, startAttempt, watchAttempt } from './attempt.ts';

export interface BrowserParts {
  readonly client: Context['client'];
  readonly say: (text: string) => void;
  /** The app has opened it, or will. */
  readonly opensItself: boolean;
  /** The browser is on the other end of an SSH connection. */
  readonly overSsh: boolean;
  /** What this machine is called from there. */
  readonly host: string;
  /** Whether a sign-in that is under way already may be given up. */
  readonly mayGiveUp: () => Promise<boolean>;
  /** @returns false: nothing here opens it */
  open(link: string): Promise<boolean>;
}

/**
 * Signs in with a browser that can call this machine.
 *
 * @throws Failure `needs-sign-in`, `network`, and what the agent says
 */
export async function byBrowser(parts: BrowserParts, wish: LoginWish, signal: AbortSignal): Promise<void> {
  const started = await startAttempt(parts.client, wish, parts.mayGiveUp);
  if (started.link !== null) await show(parts, started.link, started.port);
  let attempt: Attempt = started;
  while (attempt.phase === 'waiting' || attempt.phase === 'exchanging') {
    attempt = await watchAttempt(parts.client, signal);
  }
  if (attempt.phase !== 'done') throw failureOf(attempt);
}

async function show(parts: BrowserParts, link: string, port: number | null): Promise<void> {
  const { say } = parts;
  if (parts.overSsh) {
    const way = port === null ? '' : `ssh -L ${port}:127.0.0.1:${port} ${parts.host}`;
    if (way !== '') say(`First forward the port, from the machine with the browser:\n\n${way}\n\n`);
    say(`Then open this there:\n\n${clean(link)}\n\n`);
  } else if (parts.opensItself) {
    say(`The app opens your browser. If none appears, open this on this machine:\n\n${clean(link)}\n\n`);
  } else if (await parts.open(link)) {
    say(`Your browser opens. If it does not, open this on this machine:\n\n${clean(link)}\n\n`);
  } else {
    say(`Open this on this machine:\n\n${clean(link)}\n\n`);
  }
  say('Waiting for you to sign in and allow it. Ctrl-C gives up.\n');
}
