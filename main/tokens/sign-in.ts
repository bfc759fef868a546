import type { Problem } from '../effects.ts';
import type { AuthRequirement } from '../globus/gare.ts';
import { authorizationRequest, pasteRedirectUri } from '../oauth/authorize.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import { AuthorizationRefused, type Exchanged, exchangeCode, pastedQuery } from '../oauth/exchange.ts';
import { toFailure } from '../oauth/failure.ts';
import { listenForRedirect } from '../oauth/loopback.ts';
import { browserProblem, failureProblem, refusedProblem, timeoutProblem } from './sign-in-problems.ts';
import { Trip } from './sign-in-trip.ts';

/** Where the sign-in under way stands. */
export type SignInProgress =
  | { phase: 'idle' }
  /** `step`: of several authorizations that follow each other; absent where there is one. */
  | { phase: 'waiting'; way: 'browser' | 'paste'; deadline: number; step?: { number: number; of: number } }
  | { phase: 'exchanging' }
  /** `problem`: why a chain of authorizations ended early; what came before it is in `granted`. */
  | { phase: 'done'; granted: readonly string[]; missing: readonly string[]; problem?: Problem }
  | { phase: 'failed'; problem: Problem };

/** How long a person has to answer; a Globus error page never redirects, so there must be an end (§1.6). */
export const SIGN_IN_DEADLINE_MS = 10 * 60_000;

/** One authorization. */
export interface SignInStep {
  /** Full scope strings, as they go to the wire. */
  readonly scopes: readonly string[];
  /** Asked for with `openid` alone beside it; `scopes` has one entry. */
  readonly isolated: boolean;
}

export interface SignInWish {
  /** Makes Globus ask who signs in; for the first step, the others follow in the same browser session. */
  readonly freshLogin: boolean;
  readonly requirement?: AuthRequirement;
}

export type AttemptResult = { kind: 'over' } | { kind: 'cancelled' } | { kind: 'failed'; problem: Problem };

export interface AttemptPorts {
  context: OAuthContext;
  discover(): Promise<Provider>;
  openBrowser(url: string): Promise<void>;
  label: string;
  progress(progress: SignInProgress): void;
  /** Stores what one step gave; a problem ends the attempt. */
  take: (exchanged: Exchanged, step: SignInStep) => Promise<Problem | null>;
  /** Tokens that came when the attempt was over already. Never rejects. */
  discard: (exchanged: Exchanged) => Promise<void>;
}

/**
 * The way to the browser and back, once per step: builds the requests, waits for the answers (loopback or
 * pasted code), exchanges them. Storing what came is not its job. One instance is one attempt.
 *
 * Several steps are one trip: every listener is open before the browser is, and the answer to one sends the
 * browser on to the next consent once its tokens are stored.
 */
export class SignInAttempt {
  readonly #ports: AttemptPorts;
  readonly #way: 'browser' | 'paste';
  readonly #trips: Trip[] = [];
  #current: Trip | null = null;
  #stopTimer: () => void = () => undefined;
  #over = false;
  #storing = false;
  #end: (result: AttemptResult) => void = () => undefined;
  readonly #ended: Promise<AttemptResult>;

  constructor(ports: AttemptPorts, way: 'browser' | 'paste') {
    this.#ports = ports;
    this.#way = way;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** The authorize URL of the step under way; null until it is built. */
  get link(): string | null {
    return this.#current?.request.url ?? null;
  }

  /** What is being stored is stored to its end first. */
  cancel(): void {
    this.#over = true;
    if (!this.#storing) this.#end({ kind: 'cancelled' });
  }

  /** @returns false when this attempt waits for no code */
  submitCode(code: string): boolean {
    if (this.#way !== 'paste' || this.#current === null) return false;
    const { state } = this.#current.request;
    return this.#current.take(pastedQuery(code, state, this.#ports.context.environment.issuer));
  }

  async run(steps: readonly SignInStep[], wish: SignInWish): Promise<AttemptResult> {
    try {
      return await Promise.race([this.#ended, this.#travel(steps, wish).catch(failed)]);
    } finally {
      this.#over = true;
      this.#stopTimer();
      this.#current = null;
      await Promise.all(this.#trips.map((trip) => trip.close()));
    }
  }

  async #travel(steps: readonly SignInStep[], wish: SignInWish): Promise<AttemptResult> {
    const provider = await this.#ports.discover();
    for (const [index, step] of steps.entries()) {
      await this.#prepare(provider, step, { ...wish, freshLogin: wish.freshLogin && index === 0 });
      if (this.#over) return { kind: 'cancelled' };
    }
    for (const [index, trip] of this.#trips.entries()) {
      const next = this.#trips[index + 1] ?? null;
      const result = await this.#visit(provider, trip, index, next);
      // What the last step said is on its page already.
      if (next !== null) await trip.sendOn(result === null ? next.request.url : null);
      if (result !== null) return result;
    }
    return { kind: 'over' };
  }

  async #prepare(provider: Provider, step: SignInStep, wish: SignInWish): Promise<void> {
    const { context, label } = this.#ports;
    const listener = this.#way === 'browser' ? await listenForRedirect() : null;
    try {
      const { freshLogin, requirement } = wish;
      const request = await authorizationRequest(context, provider, {
        scopes: step.scopes,
        isolated: step.isolated,
        redirectUri: listener?.redirectUri ?? pasteRedirectUri(context),
        label,
        freshLogin,
        ...(requirement === undefined ? {} : { requirement }),
      });
      // The attempt may have ended meanwhile, and closed what it knew of.
      if (this.#over) return void (await listener?.close());
      this.#trips.push(new Trip(step, request, listener));
    } catch (error) {
      await listener?.close();
      throw error;
    }
  }

  /** One step; null when it went well. */
  async #visit(
    provider: Provider,
    trip: Trip,
    index: number,
    next: Trip | null,
  ): Promise<AttemptResult | null> {
    const { context, take, discard } = this.#ports;
    trip.expect(next !== null);
    this.#wait(trip, index);
    const opens = index === 0 || this.#way === 'paste';
    const query = await (opens ? this.#opened(trip) : trip.answer);
    this.#stopTimer();
    this.#current = null;
    this.#ports.progress({ phase: 'exchanging' });
    try {
      const exchanged = await exchangeCode(context, provider, trip.request, query);
      if (this.#over) {
        await discard(exchanged);
        return { kind: 'cancelled' };
      }
      this.#storing = true;
      const problem = await take(exchanged, trip.step);
      if (problem !== null) return { kind: 'failed', problem };
      if (!this.#over) return null;
      this.#end({ kind: 'cancelled' });
      return { kind: 'cancelled' };
    } catch (error) {
      return failed(error);
    } finally {
      this.#storing = false;
    }
  }

  #wait(trip: Trip, index: number): void {
    const { clock } = this.#ports.context;
    this.#current = trip;
    const deadline = clock.now() + SIGN_IN_DEADLINE_MS;
    this.#stopTimer = clock.after(SIGN_IN_DEADLINE_MS, () =>
      this.#end({ kind: 'failed', problem: timeoutProblem() }),
    );
    const of = this.#trips.length;
    const step = of === 1 ? {} : { step: { number: index + 1, of } };
    this.#ports.progress({ phase: 'waiting', way: this.#way, deadline, ...step });
  }

  /** Of a chain the first answer counts also while the opener is still busy with the way of the browser. */
  #opened(trip: Trip): Promise<URLSearchParams> {
    const opened = this.#open(trip.request.url).then(() => trip.answer);
    return this.#trips.length === 1 ? opened : Promise.race([trip.answer, opened]);
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
