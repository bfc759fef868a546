import type { Problem } from '../effects.ts';
import { type AuthorizationRequest, authorizationRequest, pasteRedirectUri } from '../oauth/authorize.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import { AuthorizationRefused, type Exchanged, exchangeCode, pastedQuery } from '../oauth/exchange.ts';
import { toFailure } from '../oauth/failure.ts';
import { listenForRedirect, type RedirectListener } from '../oauth/loopback.ts';
import { browserProblem, failureProblem, refusedProblem, timeoutProblem } from './sign-in-problems.ts';

/** Where the sign-in under way stands. */
export type SignInProgress =
  | { phase: 'idle' }
  | { phase: 'waiting'; way: 'browser' | 'paste'; deadline: number }
  | { phase: 'exchanging' }
  | { phase: 'done'; granted: readonly string[]; missing: readonly string[] }
  | { phase: 'failed'; problem: Problem };

/** How long a person has to answer; a Globus error page never redirects, so there must be an end (§1.6). */
export const SIGN_IN_DEADLINE_MS = 10 * 60_000;

export type AttemptResult =
  { kind: 'exchanged'; exchanged: Exchanged } | { kind: 'cancelled' } | { kind: 'failed'; problem: Problem };

export interface AttemptPorts {
  context: OAuthContext;
  discover(): Promise<Provider>;
  openBrowser(url: string): Promise<void>;
  label: string;
  progress(progress: SignInProgress): void;
}

/**
 * One trip to the browser and back: builds the request, waits for the answer (loopback or pasted code),
 * exchanges it. Storing what came is not its job. One instance is one attempt.
 */
export class SignInAttempt {
  readonly #ports: AttemptPorts;
  readonly #way: 'browser' | 'paste';
  #request: AuthorizationRequest | null = null;
  #takeCode: ((query: URLSearchParams) => void) | null = null;
  #end: ((result: AttemptResult) => void) | null = null;
  readonly #ended: Promise<AttemptResult>;

  constructor(ports: AttemptPorts, way: 'browser' | 'paste') {
    this.#ports = ports;
    this.#way = way;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** The authorize URL; null until it is built. */
  get link(): string | null {
    return this.#request?.url ?? null;
  }

  cancel(): void {
    this.#end?.({ kind: 'cancelled' });
  }

  /** @returns false when this attempt waits for no code */
  submitCode(code: string): boolean {
    if (this.#takeCode === null || this.#request === null) return false;
    this.#takeCode(pastedQuery(code, this.#request.state, this.#ports.context.environment.issuer));
    return true;
  }

  async run(scopes: readonly string[], options: { freshLogin: boolean }): Promise<AttemptResult> {
    let listener: RedirectListener | null = null;
    let stopTimer: () => void = () => undefined;
    try {
      const work = async (): Promise<AttemptResult> => {
        const provider = await this.#ports.discover();
        listener = this.#way === 'browser' ? await listenForRedirect() : null;
        const { context, label } = this.#ports;
        const redirectUri = listener?.redirectUri ?? pasteRedirectUri(context);
        const request = await authorizationRequest(context, provider, {
          scopes,
          redirectUri,
          label,
          ...options,
        });
        this.#request = request;
        listener?.expect(request.state);
        const pasted = new Promise<URLSearchParams>((resolve) => {
          this.#takeCode = this.#way === 'paste' ? resolve : null;
        });
        const deadline = context.clock.now() + SIGN_IN_DEADLINE_MS;
        stopTimer = context.clock.after(SIGN_IN_DEADLINE_MS, () =>
          this.#end?.({ kind: 'failed', problem: timeoutProblem() }),
        );
        this.#ports.progress({ phase: 'waiting', way: this.#way, deadline });
        await this.#open(request.url);
        const query = await (listener?.answer ?? pasted);
        this.#takeCode = null;
        this.#ports.progress({ phase: 'exchanging' });
        return { kind: 'exchanged', exchanged: await exchangeCode(context, provider, request, query) };
      };
      return await Promise.race([this.#ended, work().catch(failed)]);
    } finally {
      stopTimer();
      this.#takeCode = null;
      await (listener as RedirectListener | null)?.close();
    }
  }

  /** No browser is no end: the link can be copied to another one, so the attempt goes on and says so. */
  async #open(url: string): Promise<void> {
    try {
      await this.#ports.openBrowser(url);
    } catch {
      if (this.#way === 'browser') throw new NoBrowser();
    }
  }
}

class NoBrowser extends Error {}

function failed(error: unknown): AttemptResult {
  if (error instanceof NoBrowser) return { kind: 'failed', problem: browserProblem() };
  if (error instanceof AuthorizationRefused) {
    return { kind: 'failed', problem: refusedProblem(error.error, error.description) };
  }
  return { kind: 'failed', problem: failureProblem(toFailure(error)) };
}
