import { SvelteSet } from 'svelte/reactivity';
import type {
  Answer,
  AppView,
  AuditView,
  Bridge,
  CallName,
  Calls,
  CopyFormat,
  CopyRequest,
  ProblemView,
  RuleView,
} from '../preload/contract.ts';
import { Attempts, type Way } from './attempts.ts';
import { MainView } from './main-view.svelte.ts';
import type { PageClock } from './page-clock.ts';
import { bridgeProblem, keepsStanding, NOT_COPIED, NOT_REVOKED } from './problems.ts';
import { ofAccount, type RowId } from './rows.ts';
import { type Place, screenOf } from './screen.ts';

type HelpPage = Calls['help.open']['request']['page'];
/** Calls that main answers with success or a problem: all but the first look at the state. */
export type AnsweredCall = Exclude<CallName, 'state.get'>;
/** Those among them whose success carries nothing. */
type PlainCall = { [N in AnsweredCall]: Calls[N]['answer'] extends Answer ? N : never }[AnsweredCall];

/** Calls that begin a trip to the browser. */
const STARTS = ['signIn.start', 'scope.isolate', 'account.add', 'call.accept'] as const;

type Refused = Extract<Answer, { ok: false }>;

/** A row that main wants to be seen, and what did not reach the clipboard of it; null: nothing was copied. */
export interface Pointed {
  scope: string;
  account?: string;
  copy: CopyFormat | null;
}

/**
 * Everything the page knows: main's last view, the time by main's clock, and what went wrong in a call.
 * Every call ends here; no component speaks to the bridge.
 */
export class TrayStore {
  /** What the last failed call said; stands until it is dismissed or another call begins. */
  problem = $state.raw<ProblemView | null>(null);
  place = $state<Place>('home');
  /** The scopes that the chooser starts with; null: all of them. */
  wanted = $state.raw<readonly string[] | null>(null);
  /** True for as long as the sign-in address is known to be on the clipboard. */
  linkCopied = $state(false);
  /** What main points at, until the list has gone there. */
  pointed = $state.raw<Pointed | null>(null);
  /** The question whether to sign out is open. */
  signingOut = $state(false);
  /** Names of the calls that have not been answered. */
  readonly #pending = new SvelteSet<CallName>();

  readonly #bridge: Bridge;
  readonly #clock: PageClock;
  readonly #main: MainView;
  readonly #attempts = new Attempts({
    cancel: () => this.act('signIn.cancel', null),
    begun: () => (this.linkCopied = false),
    ended: (answer, cancelled) => this.#ended(answer, cancelled),
  });

  constructor(bridge: Bridge, clock: PageClock) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.#main = new MainView(bridge, clock, {
      came: (view) => {
        // The failed screen says it; the answer to the same attempt may have come first.
        if (view.signIn.phase === 'failed') this.problem = null;
        // What main kept standing and no longer does is over for the call that met it, too.
        if (
          this.view !== null &&
          keepsStanding(this.view, this.problem) &&
          !keepsStanding(view, this.problem)
        )
          this.problem = null;
      },
      failed: (error) => (this.problem = bridgeProblem(error)),
    });
  }

  get view(): AppView | null {
    return this.#main.view;
  }

  /** Milliseconds since the epoch by main's clock; moves only while the page is visible. */
  get now(): number {
    return this.#main.now;
  }

  /** A character that is pressed alone does something; none does before main has said so. */
  get letterKeys(): boolean {
    return this.view?.settings.letterKeys ?? false;
  }

  screen = $derived(this.view === null ? null : screenOf(this.view, this.place));

  /** One call whose only news is whether it worked; a problem goes to the banner. */
  async act<N extends PlainCall>(name: N, request: Calls[N]['request']): Promise<boolean> {
    const answer: Answer<unknown> = await this.#call(name, request);
    // Whoever cancelled knows; the news of an end that was asked for is that nothing waits any more.
    if (!answer.ok && answer.problem.reason !== 'cancelled') this.problem = answer.problem;
    return answer.ok;
  }

  /** One call whose problem the asker shows in place; what the banner says stays. */
  async ask<N extends AnsweredCall>(
    name: N,
    request: Calls[N]['request'],
  ): Promise<Calls[N]['answer'] | Refused> {
    return this.#send(name, request);
  }

  /** Runs later, by the page's clock; returns what calls it off. @param milliseconds from now */
  after(milliseconds: number, run: () => void): () => void {
    return this.#clock.after(milliseconds, run);
  }

  lock(): Promise<boolean> {
    return this.act('session.lock', null);
  }

  unlock(): Promise<boolean> {
    return this.act('session.unlock', null);
  }

  /** Listens, then asks once; returns what stops the listening and the clock. */
  async start(): Promise<() => void> {
    const stops = [
      this.#main.listen(),
      this.#bridge.on('askSignOut', () => (this.signingOut = true)),
      this.#bridge.on('show', (row) => (this.pointed = { ...row, copy: null })),
      this.#bridge.on('notCopied', ({ format, ...row }) => {
        this.problem = NOT_COPIED;
        this.pointed = { ...row, copy: format };
      }),
    ];
    await this.#main.ask();
    return () => {
      for (const stop of stops) stop();
    };
  }

  isPending(name: CallName): boolean {
    return this.#pending.has(name);
  }

  /** A sign-in was asked for, and main has not yet said that it waits for somebody. */
  get starting(): boolean {
    return this.view?.signIn.phase === 'idle' && STARTS.some((name) => this.isPending(name));
  }

  /**
   * The first run in one go: the client, then the trip. A sign-in of that client that is still kept ends it sooner.
   * @returns why the client was not taken, for its asker to show; null: the rest has been seen to
   */
  async signInWith(
    client: Calls['setup.client']['request'],
    scopes: readonly string[],
    way: Way,
  ): Promise<ProblemView | null> {
    const { place } = this;
    this.problem = null;
    // Nothing comes between the two calls, and whoever cancels the trip finds the field as it was.
    this.place = 'client';
    const answer = await this.ask('setup.client', client);
    if (!answer.ok) {
      this.place = place;
      return answer.problem;
    }
    await this.#main.ask();
    if (this.view !== null && this.view.account !== null) this.place = 'home';
    else await this.signIn(scopes, way);
    return null;
  }

  useVault(backend: 'keychain' | 'memory'): Promise<boolean> {
    return this.act('setup.vault', { backend });
  }

  /** Resolves when the attempt is over. */
  async signIn(scopes: readonly string[], way: Way): Promise<void> {
    // Whatever comes of it, the ticks are still there when the chooser comes back.
    if (!this.#attempts.underWay) this.wanted = scopes;
    const start = (by: Way) => this.#call('signIn.start', { scopes: [...scopes], way: by });
    await this.#attempts.begin({ scopes, way, start });
  }

  /** Gives each scope a token of its own, in one trip to the browser. */
  isolate(scopes: readonly string[]): Promise<boolean> {
    const start = () => this.#call('scope.isolate', { scopes: [...scopes] });
    return this.#attempts.begin({ scopes, way: 'browser', start });
  }

  addAccount(): Promise<boolean> {
    const start = (way: Way) => this.#call('account.add', { way });
    return this.#attempts.begin({ scopes: null, way: 'browser', start });
  }

  /** Starts the sign-in that an answer offered. @param offer its ID */
  accept(offer: string): Promise<boolean> {
    const start = () => this.#call('call.accept', { offer });
    return this.#attempts.begin({ scopes: null, way: 'browser', start, once: true });
  }

  /** The scopes of the attempt under way or the last one; null when this page does not know. */
  get asked(): readonly string[] | null {
    return this.#attempts.scopes;
  }

  cancelSignIn(): Promise<boolean> {
    return this.#attempts.cancel();
  }

  pasteInstead(): Promise<void> {
    return this.#attempts.pasteInstead();
  }

  sendCode(code: string): Promise<boolean> {
    return this.act('signIn.code', { code: code.trim() });
  }

  async copyLink(): Promise<void> {
    this.linkCopied = await this.act('signIn.copyLink', null);
  }

  /** The same again, or back to the start when this page does not know what was asked. */
  async tryAgain(way?: Way): Promise<void> {
    if (!(await this.#attempts.again(way))) await this.dismissSignIn();
  }

  async dismissSignIn(): Promise<void> {
    if (await this.act('signIn.dismiss', null)) this.place = 'home';
  }

  /** @param scopes the ones to tick; null: all */
  choose(scopes: readonly string[] | null): void {
    this.wanted = scopes;
    this.place = 'choose';
  }

  async signOut(): Promise<void> {
    if (await this.#revoke('signOut', null)) this.choose(null);
  }

  /** One account of several; the others stay. */
  signOutAccount(sub: string): Promise<boolean> {
    return this.#revoke('account.signOut', { sub });
  }

  /** The grant behind one row, and so whatever else it covers. */
  signOutScope(row: RowId): Promise<boolean> {
    return this.#revoke('scope.signOut', { scope: row.scope, ...ofAccount(row) });
  }

  renew(row: RowId): Promise<boolean> {
    return this.act('scope.renew', { scope: row.scope, ...ofAccount(row) });
  }

  /** @param more tool, token mode and values where they are not the defaults */
  copy(
    scope: string,
    format: CopyFormat,
    recipe?: string,
    more: Partial<CopyRequest> = {},
  ): Promise<boolean> {
    return this.act('scope.copy', { scope, format, ...(recipe === undefined ? {} : { recipe }), ...more });
  }

  clearClipboard(): Promise<boolean> {
    return this.act('clipboard.clear', null);
  }

  /** The rules that hold now; null when they could not be had, and `problem` then says why. */
  approvals(): Promise<RuleView[] | null> {
    return this.#read(this.ask('approvals.list', null));
  }

  /** Newest first. @param limit 1 to 1000 */
  audit(limit: number): Promise<AuditView[] | null> {
    return this.#read(this.ask('audit.list', { limit }));
  }

  revokeApproval(id: string): Promise<boolean> {
    return this.act('approvals.revoke', { id });
  }

  denyAll(on: boolean): Promise<boolean> {
    return this.act('approvals.denyAll', { on });
  }

  /** The socket for clients of oidc-agent. */
  useOidc(on: boolean): Promise<boolean> {
    return this.act('oidc.set', { on });
  }

  copyOidcExport(): Promise<boolean> {
    return this.act('oidc.copyExport', null);
  }

  openHelp(page: HelpPage): Promise<boolean> {
    return this.act('help.open', { page });
  }

  closeWindow(): Promise<boolean> {
    return this.act('window.close', null);
  }

  dismissProblem(): void {
    this.problem = null;
  }

  dismissStanding(): Promise<boolean> {
    return this.act('problem.dismiss', null);
  }

  async #revoke<N extends 'signOut' | 'account.signOut' | 'scope.signOut'>(
    name: N,
    request: Calls[N]['request'],
  ): Promise<boolean> {
    const answer: Answer<{ revoked: boolean }> = await this.#call(name, request);
    if (!answer.ok) this.problem = answer.problem;
    else if (!answer.value.revoked) this.problem = NOT_REVOKED;
    return answer.ok && answer.value.revoked;
  }

  /** Lists are read again by themselves: a problem that stands is not taken away by that. */
  async #read<T>(answering: Promise<Answer<T> | Refused>): Promise<T | null> {
    const answer = await answering;
    if (answer.ok) return answer.value;
    this.problem = answer.problem;
    return null;
  }

  #call<N extends AnsweredCall>(
    name: N,
    request: Calls[N]['request'],
  ): Promise<Calls[N]['answer'] | Refused> {
    this.problem = null;
    return this.#send(name, request);
  }

  async #send<N extends AnsweredCall>(
    name: N,
    request: Calls[N]['request'],
  ): Promise<Calls[N]['answer'] | Refused> {
    this.#pending.add(name);
    try {
      return await this.#bridge.call(name, request);
    } catch (error) {
      return { ok: false, problem: bridgeProblem(error) };
    } finally {
      this.#pending.delete(name);
    }
  }

  #ended(answer: Answer, cancelled: boolean): void {
    if (answer.ok) this.place = 'home';
    else if (!cancelled && this.screen !== 'failed') this.problem = answer.problem;
  }
}
