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
import { type AnsweredCall, MainCalls, type PlainCall, type Refused } from './main-calls.svelte.ts';
import { MainView } from './main-view.svelte.ts';
import type { PageClock } from './page-clock.ts';
import { bridgeProblem, keepsStanding, NOT_COPIED, NOT_REVOKED } from './problems.ts';
import { ofAccount, type RowId } from './rows.ts';
import { type Place, screenOf } from './screen.ts';
import { SignIn } from './sign-in.svelte.ts';

type HelpPage = Calls['help.open']['request']['page'];

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
  place = $state<Place>('home');
  /** What main points at, until the list has gone there. */
  pointed = $state.raw<Pointed | null>(null);
  /** The question whether to sign out is open. */
  signingOut = $state(false);
  readonly signIn: SignIn;

  readonly #bridge: Bridge;
  readonly #clock: PageClock;
  readonly #calls: MainCalls;
  readonly #main: MainView;

  constructor(bridge: Bridge, clock: PageClock) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.#calls = new MainCalls(bridge);
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
    this.signIn = new SignIn({ calls: this.#calls, main: this.#main, where: this });
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

  /** See `MainCalls.problem`. */
  get problem(): ProblemView | null {
    return this.#calls.problem;
  }

  set problem(problem: ProblemView | null) {
    this.#calls.problem = problem;
  }

  /** See `MainCalls.act`. */
  act<N extends PlainCall>(name: N, request: Calls[N]['request']): Promise<boolean> {
    return this.#calls.act(name, request);
  }

  /** See `MainCalls.ask`. */
  ask<N extends AnsweredCall>(name: N, request: Calls[N]['request']): Promise<Calls[N]['answer'] | Refused> {
    return this.#calls.ask(name, request);
  }

  isPending(name: CallName): boolean {
    return this.#calls.isPending(name);
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

  useVault(backend: 'keychain' | 'memory'): Promise<boolean> {
    return this.act('setup.vault', { backend });
  }

  /** @param scopes the ones to tick; null: all */
  choose(scopes: readonly string[] | null): void {
    this.signIn.wanted = scopes;
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
    const answer: Answer<{ revoked: boolean }> = await this.#calls.begin(name, request);
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
}
