import type { Answer, Calls, ProblemView } from '../preload/contract.ts';
import { Attempts, type Way } from './attempts.ts';
import type { MainCalls } from './main-calls.svelte.ts';
import type { MainView } from './main-view.svelte.ts';
import type { Place, Screen } from './screen.ts';

/** Calls that begin a trip to the browser. */
const STARTS = ['signIn.start', 'scope.isolate', 'account.add', 'call.accept'] as const;

export interface SignInEffects {
  calls: MainCalls;
  main: Pick<MainView, 'view' | 'ask'>;
  /** Where the user is; a sign-in that is over takes them home. */
  where: { place: Place; readonly screen: Screen | null };
}

/** Signing in, as the page has a hand in it: what is asked for, by which way, and what comes of it. */
export class SignIn {
  /** The scopes that the chooser starts with; null: all of them. */
  wanted = $state.raw<readonly string[] | null>(null);
  /** True for as long as the sign-in address is known to be on the clipboard. */
  linkCopied = $state(false);

  readonly #calls: MainCalls;
  readonly #main: SignInEffects['main'];
  readonly #where: SignInEffects['where'];
  readonly #attempts = new Attempts({
    cancel: () => this.#calls.act('signIn.cancel', null),
    begun: () => (this.linkCopied = false),
    ended: (answer, cancelled) => this.#ended(answer, cancelled),
  });

  constructor({ calls, main, where }: SignInEffects) {
    this.#calls = calls;
    this.#main = main;
    this.#where = where;
  }

  /** It was asked for, and main has not yet said that it waits for somebody. */
  get starting(): boolean {
    return this.#main.view?.signIn.phase === 'idle' && STARTS.some((name) => this.#calls.isPending(name));
  }

  /** The scopes of the attempt under way or the last one; null when this page does not know. */
  get asked(): readonly string[] | null {
    return this.#attempts.scopes;
  }

  /** Resolves when the attempt is over. */
  async start(scopes: readonly string[], way: Way): Promise<void> {
    // Whatever comes of it, the ticks are still there when the chooser comes back.
    if (!this.#attempts.underWay) this.wanted = scopes;
    const start = (by: Way) => this.#calls.begin('signIn.start', { scopes: [...scopes], way: by });
    await this.#attempts.begin({ scopes, way, start });
  }

  /**
   * The first run in one go: the client, then the trip. A sign-in of that client that is still kept ends it sooner.
   * @returns why the client was not taken, for its asker to show; null: the rest has been seen to
   */
  async startWith(
    client: Calls['setup.client']['request'],
    scopes: readonly string[],
    way: Way,
  ): Promise<ProblemView | null> {
    const { place } = this.#where;
    this.#calls.problem = null;
    // Nothing comes between the two calls, and whoever cancels the trip finds the field as it was.
    this.#where.place = 'client';
    const answer = await this.#calls.ask('setup.client', client);
    if (!answer.ok) {
      this.#where.place = place;
      return answer.problem;
    }
    await this.#main.ask();
    if (this.#main.view !== null && this.#main.view.account !== null) this.#where.place = 'home';
    else await this.start(scopes, way);
    return null;
  }

  /** Gives each scope a token of its own, in one trip to the browser. */
  isolate(scopes: readonly string[]): Promise<boolean> {
    const start = () => this.#calls.begin('scope.isolate', { scopes: [...scopes] });
    return this.#attempts.begin({ scopes, way: 'browser', start });
  }

  addAccount(): Promise<boolean> {
    const start = (way: Way) => this.#calls.begin('account.add', { way });
    return this.#attempts.begin({ scopes: null, way: 'browser', start });
  }

  /** Starts the sign-in that an answer offered. @param offer its ID */
  accept(offer: string): Promise<boolean> {
    const start = () => this.#calls.begin('call.accept', { offer });
    return this.#attempts.begin({ scopes: null, way: 'browser', start, once: true });
  }

  cancel(): Promise<boolean> {
    return this.#attempts.cancel();
  }

  pasteInstead(): Promise<void> {
    return this.#attempts.pasteInstead();
  }

  sendCode(code: string): Promise<boolean> {
    return this.#calls.act('signIn.code', { code: code.trim() });
  }

  async copyLink(): Promise<void> {
    this.linkCopied = await this.#calls.act('signIn.copyLink', null);
  }

  /** The same again, or back to the start when this page does not know what was asked. */
  async again(way?: Way): Promise<void> {
    if (!(await this.#attempts.again(way))) await this.dismiss();
  }

  async dismiss(): Promise<void> {
    if (await this.#calls.act('signIn.dismiss', null)) this.#where.place = 'home';
  }

  #ended(answer: Answer, cancelled: boolean): void {
    if (answer.ok) this.#where.place = 'home';
    else if (!cancelled && this.#where.screen !== 'failed') this.#calls.problem = answer.problem;
  }
}
