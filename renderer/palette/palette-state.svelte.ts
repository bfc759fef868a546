import type { Bridge, CallView, ProblemView, ScopeView, WaitingCall } from '../../preload/contract.ts';
import { PATIENCE } from '../late.svelte.ts';
import type { PageClock } from '../page-clock.ts';
import { ofAccount, rowName } from '../rows.ts';
import { TrayStore } from '../store.svelte.ts';
import type { PaletteAction } from './palette-keys.ts';
import { entriesOf, rank } from './rank.ts';
import { notCopyable, nothingToChoose, nothingToTry, type Told } from './words.ts';

/** Milliseconds that "Copied …" is there to be read before the palette goes. */
const READING = 650;
/** Rows that are drawn; whoever looks for more types another letter. */
export const SHOWN = 50;

export type Notice =
  /** `then`: what becomes of it. */
  | { kind: 'copied'; text: string; then: string }
  | { kind: 'told'; told: Told }
  | { kind: 'problem'; problem: ProblemView }
  /** Goes on for a while: Escape ends it. */
  | { kind: 'copying' | 'trying'; text: string }
  | { kind: 'tried'; title: string; call: CallView };

type Copy = Extract<PaletteAction, 'curl' | 'header' | 'broker-curl'>;

const COPIES: Record<Copy, { what: string; withToken: boolean }> = {
  curl: { what: 'curl', withToken: true },
  header: { what: 'header', withToken: true },
  'broker-curl': { what: 'broker curl', withToken: false },
};

/** What was typed, what is chosen, and what came of it. Starts anew whenever the palette is opened. */
export class PaletteState {
  readonly store: TrayStore;
  text = $state('');
  notice = $state.raw<Notice | null>(null);
  /** Counts the openings: the field takes the focus at each. */
  opened = $state(0);
  #index = $state(0);
  #recent = $state.raw<readonly string[]>([]);
  /** What main has not answered; null: nothing. */
  #waiting: WaitingCall | null = null;
  #cancelLate: (() => void) | null = null;
  #cancelClose: (() => void) | null = null;

  readonly #bridge: Bridge;
  readonly #clock: PageClock;

  constructor(bridge: Bridge, clock: PageClock) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.store = new TrayStore(bridge, clock);
  }

  /** Why there is no list; null: there is one, or nothing is known yet. */
  nothing = $derived.by(() => {
    const { view } = this.store;
    return view === null ? null : nothingToChoose(view);
  });

  readonly #entries = $derived.by(() => {
    const { view } = this.store;
    return view === null ? [] : entriesOf(view.groups, view.account?.username ?? '');
  });

  readonly #found = $derived(this.nothing === null ? rank(this.#entries, this.text, this.#recent) : []);

  rows = $derived(this.#found.slice(0, SHOWN));
  /** How many more were found than are drawn. */
  more = $derived(this.#found.length - this.rows.length);
  index = $derived(Math.min(this.#index, Math.max(0, this.rows.length - 1)));

  /** The account of the row's token, where there are several. */
  accountOf(row: ScopeView): string | null {
    const { view } = this.store;
    if (view === null || view.accounts.length < 2) return null;
    return row.account?.username ?? view.account?.username ?? null;
  }

  async start(): Promise<() => void> {
    const stops = [
      this.#bridge.on('palette', ({ recent }) => {
        this.#recent = recent;
        this.#anew();
      }),
      // Nothing of the last time may be seen when it opens again.
      this.#clock.onVisibility(() => {
        if (!this.#clock.visible()) this.#anew();
      }),
    ];
    const stop = await this.store.start();
    return () => {
      this.#cancelClose?.();
      this.#cancelLate?.();
      stop();
      for (const each of stops) each();
    };
  }

  type(text: string): void {
    this.text = text;
    this.#index = 0;
    this.#drop();
    this.#say(null);
  }

  /** A click: chosen, and copied as by Enter. */
  pick(index: number): void {
    this.#index = index;
    void this.act('curl');
  }

  async act(action: PaletteAction): Promise<void> {
    switch (action) {
      case 'next':
      case 'previous':
      case 'first':
      case 'last':
        this.#move(action);
        return;
      case 'escape':
        await this.#escape();
        return;
      case 'test-call':
        await this.#try();
        return;
      case 'curl':
      case 'header':
      case 'broker-curl':
        await this.#copy(action);
    }
  }

  #move(action: 'next' | 'previous' | 'first' | 'last'): void {
    const { length } = this.rows;
    if (length === 0) return;
    const to = { next: this.index + 1, previous: this.index - 1 + length, first: 0, last: length - 1 };
    this.#index = to[action] % length;
    this.#drop();
    this.#say(null);
  }

  /** Ends what waits, by a press on the button. */
  giveUp(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#over(waiting);
    this.#say(null);
    void this.store.ask('call.cancel', waiting);
  }

  /** A test call that was left by another key is of no use to anybody; a copy still is. */
  #drop(): void {
    if (this.notice?.kind === 'trying') this.giveUp();
  }

  /** First it takes back what is there, then it goes. */
  async #escape(): Promise<void> {
    if (this.notice?.kind === 'copying' || this.notice?.kind === 'trying') return this.giveUp();
    const done = this.notice?.kind === 'copied';
    if (!done && (this.text !== '' || this.notice !== null)) this.type('');
    else await this.#close();
  }

  async #copy(copy: Copy): Promise<void> {
    this.#drop();
    const row = this.rows[this.index];
    if (row === undefined || this.#waiting !== null || this.notice?.kind === 'copied') return;
    const { what, withToken } = COPIES[copy];
    const told = notCopyable(row, this.store.now, withToken);
    if (told !== null) return this.#say({ kind: 'told', told });
    const which = { scope: row.scope, ...ofAccount(row) };
    const words = `${what} for ${rowName(row)}`;
    const opening = this.opened;
    const format = copy === 'header' ? 'header' : 'curl';
    const waiting = this.#wait({ call: 'scope.copy', ...which, format });
    this.#cancelLate = this.#clock.after(PATIENCE, () =>
      this.#say({ kind: 'copying', text: `Copying ${words}` }),
    );
    const mode = withToken ? 'literal' : 'fetched';
    const answer = await this.store.ask('scope.copy', {
      ...which,
      format,
      ...(format === 'header' ? {} : { tool: 'curl', mode }),
    });
    this.#over(waiting);
    if (opening !== this.opened) return;
    if (!answer.ok) {
      // Whoever ended it knows.
      if (answer.problem.reason !== 'cancelled') this.#say({ kind: 'problem', problem: answer.problem });
      return;
    }
    this.#say({ kind: 'copied', text: `Copied ${words}`, then: this.#then(withToken) });
    this.#cancelClose = this.#clock.after(READING, () => void this.#close());
  }

  async #try(): Promise<void> {
    this.#drop();
    const row = this.rows[this.index];
    if (row === undefined || this.#waiting !== null || this.notice?.kind === 'copied') return;
    const told = notCopyable(row, this.store.now, true);
    const recipe = row.recipes.find(({ readOnly, placeholders }) => readOnly && placeholders.length === 0);
    if (told !== null) return this.#say({ kind: 'told', told });
    if (recipe === undefined) return this.#say({ kind: 'told', told: nothingToTry(row) });
    const trying: Notice = { kind: 'trying', text: `${recipe.title} …` };
    this.#say(trying);
    const which = { scope: row.scope, recipe: recipe.id, ...ofAccount(row) };
    const waiting = this.#wait({ call: 'call.run', ...which });
    const answer = await this.store.ask('call.run', { ...which, values: {} });
    this.#over(waiting);
    // Another key came meanwhile: the answer is to a question that nobody asks any more.
    if (this.notice !== trying) return;
    this.#say(
      answer.ok
        ? { kind: 'tried', title: recipe.title, call: answer.value }
        : { kind: 'problem', problem: answer.problem },
    );
  }

  #then(withToken: boolean): string {
    const { view } = this.store;
    return withToken && view !== null ? `clears in ${view.settings.clearAfterSeconds} s` : 'no token in it';
  }

  async #close(): Promise<void> {
    const answer = await this.store.ask('palette.close', null);
    if (!answer.ok) this.#say({ kind: 'problem', problem: answer.problem });
  }

  #wait(call: WaitingCall): WaitingCall {
    this.#waiting = call;
    return call;
  }

  #over(call: WaitingCall): void {
    if (this.#waiting !== call) return;
    this.#waiting = null;
    this.#cancelLate?.();
    this.#cancelLate = null;
  }

  #anew(): void {
    this.opened += 1;
    this.type('');
    // What the last opening copies may come yet; this one says nothing of it and waits for nothing.
    if (this.#waiting !== null) this.#over(this.#waiting);
  }

  #say(notice: Notice | null): void {
    this.#cancelClose?.();
    this.#cancelClose = null;
    this.notice = notice;
  }
}
