import { SvelteSet } from 'svelte/reactivity';
import type { FlowChoiceView, ProblemView, ScopeChoiceView, WaitingCall } from '../preload/contract.ts';
import type { TrayStore } from './store.svelte.ts';

export type AddKind = 'scopes' | 'flows';

/** Milliseconds without a key before the catalog is searched. */
const PAUSE = 120;

/** The dialog that adds scopes and flows: a search in main's catalog, any scope string, a flow by ID, URL or words. */
export class AddScopes {
  kind = $state<AddKind>('scopes');
  query = $state('');
  /** Null before the first answer. */
  scopes = $state.raw<readonly ScopeChoiceView[] | null>(null);
  flows = $state.raw<readonly FlowChoiceView[] | null>(null);
  /** Said under the field. */
  problem = $state.raw<ProblemView | null>(null);
  /** The last thing that was added, for eyes and ears; empty before. */
  added = $state('');
  /** What this dialog has added: main's lists say it too, at their next reading. */
  readonly #kept = new SvelteSet<string>();
  readonly #store: TrayStore;
  /** What waits for Globus now; null: nothing. */
  #waiting = $state.raw<WaitingCall | null>(null);
  #asking = 0;
  #cancel: (() => void) | null = null;

  constructor(store: TrayStore) {
    this.#store = store;
  }

  isKept(choice: { scope: string; kept: boolean }): boolean {
    return choice.kept || this.#kept.has(choice.scope);
  }

  get busy(): boolean {
    return (['scope.add', 'flow.add', 'flow.find'] as const).some((name) => this.#store.isPending(name));
  }

  /** What goes on waits for Globus, and can be ended. */
  get waits(): boolean {
    return this.busy && this.#waiting !== null;
  }

  /** True when what was typed can only be meant as a scope string of its own: the catalog is not the world. */
  get pasted(): boolean {
    const text = this.query.trim();
    const listed = this.scopes?.some(({ scope, name }) => scope === text || name === text) ?? false;
    return /^(?:flow:|urn:|https?:)|[[:/]/.test(text) && !listed;
  }

  /** The whole catalog, before a key is pressed. */
  open(): void {
    void this.#search();
  }

  choose(kind: AddKind): void {
    this.kind = kind;
    this.problem = null;
    this.type(this.query);
  }

  /** The catalog answers while typing; flows wait for Enter, because Globus is asked. */
  type(query: string): void {
    this.query = query;
    this.problem = null;
    this.added = '';
    this.#cancel?.();
    this.#asking += 1;
    if (this.kind === 'scopes') this.#cancel = this.#store.after(PAUSE, () => void this.#search());
  }

  /** Enter in the field. */
  async submit(): Promise<void> {
    if (this.query.trim() === '' || this.busy) return;
    if (this.kind === 'flows') await this.#find();
    else if (this.pasted) await this.addScope(this.query.trim());
    else await this.#search();
  }

  /** @param scope any text that may be one: main knows which are */
  async addScope(scope: string): Promise<void> {
    this.problem = null;
    this.#done(await this.#store.ask('scope.add', { scope }), scope);
  }

  async addFlow(flow: FlowChoiceView): Promise<void> {
    this.problem = null;
    const asking = ++this.#asking;
    this.#waiting = { call: 'flow.add', id: flow.id };
    const answer = await this.#store.ask('flow.add', { id: flow.id });
    if (asking !== this.#asking) return;
    this.#waiting = null;
    this.#done(answer, flow.title);
  }

  /** Ends what Globus has not answered; the field and what was found before stay. */
  async cancel(): Promise<void> {
    this.#asking += 1;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null && this.busy) await this.#store.ask('call.cancel', waiting);
  }

  /** Stops what waits, when the dialog goes. */
  close(): void {
    this.#cancel?.();
    void this.cancel();
  }

  async #search(): Promise<void> {
    const asking = ++this.#asking;
    const answer = await this.#store.ask('scope.search', { query: this.query.trim() });
    if (asking !== this.#asking) return;
    if (answer.ok) this.scopes = answer.value;
    else this.problem = answer.problem;
  }

  async #find(): Promise<void> {
    const asking = ++this.#asking;
    this.problem = null;
    this.#waiting = { call: 'flow.find' };
    const answer = await this.#store.ask('flow.find', { query: this.query.trim() });
    if (asking !== this.#asking) return;
    this.#waiting = null;
    if (answer.ok) this.flows = answer.value;
    else this.problem = answer.problem;
  }

  #done(
    answer: { ok: true; value: { scope: string } } | { ok: false; problem: ProblemView },
    name: string,
  ): void {
    if (!answer.ok) {
      this.problem = answer.problem;
      return;
    }
    this.#kept.add(answer.value.scope);
    this.added = name;
  }
}
