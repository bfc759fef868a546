import type { Answer, ProblemView, WaitingCall } from '../../preload/contract.ts';

/** The update says in the view what becomes of it, and is ended there. */
type Waiting = Exclude<WaitingCall, { call: 'updates.check' }>;
type Waits = Waiting['call'];

/** Calls that have no answer yet, so that they can be ended. */
export class RunningCalls {
  readonly #running = new Map<string, AbortController>();

  /**
   * Null when it was cancelled: at once, also while the call still waits for its token, which other callers may
   * be waiting for too. A second run of the same call ends the first.
   */
  async run<T>(which: Waiting, start: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.cancel(which);
    const key = keyOf(which);
    const abort = new AbortController();
    this.#running.set(key, abort);
    const cancelled = new Promise<null>((resolve) => {
      abort.signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    try {
      return await Promise.race([start(abort.signal), cancelled]);
    } finally {
      if (this.#running.get(key) === abort) this.#running.delete(key);
    }
  }

  /** As `run`, for what answers the page itself. */
  async answer<T>(which: Waiting, start: (signal: AbortSignal) => Promise<Answer<T>>): Promise<Answer<T>> {
    return (await this.run(which, start)) ?? { ok: false, problem: cancelledProblem(which.call) };
  }

  cancel(which: Waiting): void {
    this.#running.get(keyOf(which))?.abort();
  }
}

/** What a call says that somebody ended. */
export function cancelledProblem(call: Waits): ProblemView {
  const [title, tokens, next] = WORDS[call];
  return { reason: 'cancelled', title, tokens, next };
}

const UNTOUCHED = 'Your tokens are fine.';
const AGAIN = 'Do it again when you like.';
/** A revocation cannot be called back: what the server got of it, it does. */
const SIGN_OUT = [
  'Nobody waits for this sign-out any more',
  'It goes on: each sign-in leaves the vault when Globus has confirmed that its tokens are revoked.',
  'Look at the list in a moment; what still stands there can be signed out again.',
] as const;

const WORDS: Record<Waits, readonly [title: string, tokens: string, next: string]> = {
  'call.run': ['The call was cancelled', UNTOUCHED, 'Run it again when you like.'],
  'scope.copy': ['Nothing was copied: you cancelled it', UNTOUCHED, AGAIN],
  'scope.renew': ['Nobody waits for this renewal any more', 'A new token is used when it comes.', AGAIN],
  'flow.find': ['The search was cancelled', UNTOUCHED, AGAIN],
  'flow.add': ['The flow was not added: you cancelled it', UNTOUCHED, AGAIN],
  'flow.runs': ['Reading the runs was cancelled', UNTOUCHED, AGAIN],
  'flow.check': ['The sign-in was cancelled', 'Nothing was asked for.', AGAIN],
  signOut: SIGN_OUT,
  'account.signOut': SIGN_OUT,
  'scope.signOut': SIGN_OUT,
  'imports.adopt': [
    'You stopped taking in this file',
    'What came into the vault stays there, whole, and so does what Globus is giving just now. The file is as it was.',
    'Look again to see what is in the vault, or take in the rest.',
  ],
  'imports.remove': [
    'Nobody waits for the end of this file any more',
    'It goes on: the file is deleted when Globus has confirmed that its tokens are revoked.',
    'Look again in a moment; a file that still stands there can be ended again.',
  ],
  'setup.vault': [
    'Nobody waits for the keychain any more',
    'Your sign-ins are where they were.',
    'See what your system asks, or keep the sign-in in memory.',
  ],
  'palette.askKeys': [
    'Nobody waits for the desktop’s answer any more',
    UNTOUCHED,
    'Ask again when you like.',
  ],
};

function keyOf(which: Waiting): string {
  return JSON.stringify(which, Object.keys(which).sort());
}
