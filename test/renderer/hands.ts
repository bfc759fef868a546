import type { AppView, Bridge, CallName, Calls, EventName, Events } from '../../preload/contract.ts';
import type { PageClock } from '../../renderer/page-clock.ts';
import { TrayStore } from '../../renderer/store.svelte.ts';
import { appView } from '../support/fake-bridge.ts';

/** A clock that moves by hand and runs what is due. */
export class HandClock implements PageClock {
  time = 5_000;
  seen = true;
  #timers: { at: number; run: () => void }[] = [];
  #listeners = new Set<() => void>();

  elapsed = (): number => this.time;
  visible = (): boolean => this.seen;

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.time + milliseconds, run };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  onVisibility(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get waiting(): number {
    return this.#timers.length;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.time = due.at;
      this.#timers = this.#timers.filter((other) => other !== due);
      due.run();
    }
    this.time = end;
  }

  show(seen: boolean): void {
    this.seen = seen;
    for (const listener of [...this.#listeners]) listener();
  }
}

type Reply = unknown;

/** Answers by name; a function may wait or throw. */
export class HandBridge implements Bridge {
  view: AppView;
  replies: Partial<Record<CallName, (request: unknown) => Reply>> = {};
  readonly asked: [CallName, unknown][] = [];
  readonly #listeners = new Set<{ name: EventName; listener: (event: unknown) => void }>();

  constructor(view: AppView) {
    this.view = view;
  }

  async call<N extends CallName>(name: N, request: Calls[N]['request']): Promise<Calls[N]['answer']> {
    this.asked.push([name, request]);
    const reply =
      this.replies[name] ?? (() => (name === 'state.get' ? this.view : { ok: true, value: null }));
    return (await reply(request)) as Calls[N]['answer'];
  }

  on<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
    const heard = { name, listener: listener as (event: unknown) => void };
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  push(view: AppView): void {
    this.view = view;
    this.tell('state', view);
  }

  tell<N extends EventName>(name: N, event: Events[N]): void {
    for (const heard of this.#listeners) if (heard.name === name) heard.listener(event);
  }
}

/** A store on both, listening. */
export async function started(view = appView()) {
  const [bridge, clock] = [new HandBridge(view), new HandClock()];
  const store = new TrayStore(bridge, clock);
  const stop = await store.start();
  return { bridge, clock, store, stop };
}
