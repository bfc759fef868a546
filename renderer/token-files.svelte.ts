import { SvelteMap } from 'svelte/reactivity';
import type { AdoptedView, ProblemView, TokenFileView, WaitingCall } from '../preload/contract.ts';
import type { TrayStore } from './store.svelte.ts';

/** What became of one file since it was looked at. */
export type TokenFileNews =
  | { kind: 'adopted'; adopted: AdoptedView }
  | { kind: 'removed'; revoked: number; kept: number }
  | { kind: 'failed'; problem: ProblemView };

export type Work = Extract<WaitingCall, { call: 'imports.adopt' | 'imports.remove' }>;

/** Token files of other programs: looked for when somebody asks, and then taken in or ended one by one. */
export class TokenFiles {
  /** Null: not looked for yet. */
  files = $state.raw<readonly TokenFileView[] | null>(null);
  /** What is done now, and with which file. */
  busy = $state.raw<Work | null>(null);
  /** The file whose end is to be confirmed. */
  ending = $state.raw<TokenFileView | null>(null);
  problem = $state.raw<ProblemView | null>(null);
  readonly #news = new SvelteMap<string, TokenFileNews>();
  readonly #store: TrayStore;

  constructor(store: TrayStore) {
    this.#store = store;
  }

  after(milliseconds: number, run: () => void): () => void {
    return this.#store.after(milliseconds, run);
  }

  get looking(): boolean {
    return this.#store.isPending('imports.list');
  }

  newsOf(path: string): TokenFileNews | null {
    return this.#news.get(path) ?? null;
  }

  async look(): Promise<void> {
    if (this.looking) return;
    this.problem = null;
    this.#news.clear();
    const answer = await this.#store.ask('imports.list', null);
    if (answer.ok) this.files = answer.value;
    else this.problem = answer.problem;
  }

  async adopt({ path }: TokenFileView): Promise<void> {
    if (this.busy !== null) return;
    this.busy = { call: 'imports.adopt', path };
    const answer = await this.#store.ask('imports.adopt', { path });
    this.busy = null;
    this.#tell(
      path,
      answer.ok ? { kind: 'adopted', adopted: answer.value } : { kind: 'failed', problem: answer.problem },
    );
  }

  async remove({ path }: TokenFileView): Promise<void> {
    if (this.busy !== null) return;
    this.busy = { call: 'imports.remove', path };
    const answer = await this.#store.ask('imports.remove', { path });
    this.busy = null;
    this.#tell(
      path,
      answer.ok ? { kind: 'removed', ...answer.value } : { kind: 'failed', problem: answer.problem },
    );
  }

  /** The answer to the call says what that means. */
  async end(): Promise<void> {
    if (this.busy !== null) await this.#store.ask('call.cancel', this.busy);
  }

  signIn(scopes: readonly string[]): void {
    void this.#store.signIn.start(scopes, 'browser');
  }

  #tell(path: string, news: TokenFileNews): void {
    this.#news.set(path, news);
  }
}
