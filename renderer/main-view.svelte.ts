import type { AppView, Bridge } from '../preload/contract.ts';
import type { PageClock } from './page-clock.ts';
import { tickDelay } from './tick.ts';

interface News {
  /** Before it is shown. */
  came: (view: AppView) => void;
  /** Main could not be asked. */
  failed: (error: unknown) => void;
}

/** Main's last view, and the time by main's clock; both rest while nobody can see the page. */
export class MainView {
  view = $state.raw<AppView | null>(null);
  /** Milliseconds since the epoch. */
  now = $state(0);
  readonly #bridge: Bridge;
  readonly #clock: PageClock;
  readonly #news: News;
  #viewAt = 0;
  #heard = 0;
  #cancelTick: (() => void) | null = null;

  constructor(bridge: Bridge, clock: PageClock, news: News) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.#news = news;
  }

  /** Returns what stops the listening and the clock. */
  listen(): () => void {
    const stops = [
      this.#bridge.on('state', (view) => this.#accept(view)),
      this.#clock.onVisibility(() => void this.#shown()),
    ];
    return () => {
      this.#cancelTick?.();
      for (const stop of stops) stop();
    };
  }

  async ask(): Promise<void> {
    const heard = this.#heard;
    try {
      const view = await this.#bridge.call('state.get', null);
      // An event that came meanwhile is newer than this answer.
      if (heard === this.#heard) this.#accept(view);
    } catch (error) {
      this.#news.failed(error);
    }
  }

  #accept(view: AppView): void {
    this.#heard += 1;
    this.#news.came(view);
    this.#viewAt = this.#clock.elapsed();
    this.view = view;
    this.#tick();
  }

  async #shown(): Promise<void> {
    if (!this.#clock.visible()) {
      this.#cancelTick?.();
      return;
    }
    this.#tick();
    // A monotonic clock may stand still while the computer sleeps: ask for the time too.
    await this.ask();
  }

  #tick(): void {
    this.#cancelTick?.();
    if (this.view === null) return;
    this.now = this.view.now + (this.#clock.elapsed() - this.#viewAt);
    if (!this.#clock.visible()) return;
    this.#cancelTick = this.#clock.after(tickDelay(this.view, this.now), () => this.#tick());
  }
}
