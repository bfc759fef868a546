import type { PromptBridge, PromptChoice, PromptView } from '../../preload/prompt-contract.ts';
import type { PageClock } from '../page-clock.ts';

/** Often enough for a bar that seems to glide over a minute. */
const TICK = 250;

/**
 * The question, its countdown, and the rule that only a deliberate act answers it: the buttons are inert at
 * first, and for as long as somebody who was typing elsewhere goes on typing into this window.
 */
export class PromptState {
  view = $state.raw<PromptView | null>(null);
  /** Answers are taken. */
  armed = $state(false);
  /** Milliseconds until the question is over. */
  left = $state(0);
  /** Given and on its way; nothing else can be given. */
  answered = $state(false);

  readonly #bridge: PromptBridge;
  readonly #clock: PageClock;
  readonly #close: () => void;
  #cancelArming: () => void = () => undefined;
  #seen = false;
  /** The pointer went down while answers were taken: its click counts. */
  #pressed = false;

  constructor(bridge: PromptBridge, clock: PageClock, close: () => void) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.#close = close;
  }

  async start(): Promise<void> {
    const view = await this.#bridge.view();
    if (view === null) return this.#close();
    this.view = view;
    this.#countDown(view.remaining, this.#clock.elapsed());
  }

  /**
   * The window can be seen. Counted from here, as main does it: a click that finds the buttons alive must not come too
   * early for main and be lost.
   */
  shown(): void {
    if (this.#seen || this.view === null) return;
    this.#seen = true;
    this.#arm(this.view.inert);
  }

  /** From the window, before any button sees it. */
  keyDown(event: Pick<KeyboardEvent, 'key' | 'repeat' | 'preventDefault'>): void {
    if (this.view === null) return;
    if (!this.armed) {
      event.preventDefault();
      if (this.#seen) this.#arm(this.view.inert);
      return;
    }
    // A key held since before the window came must not press what it finds here.
    if (event.repeat && event.key !== 'Tab') return event.preventDefault();
    if (event.key === 'Escape') this.#close();
  }

  pointerDown(): void {
    this.#pressed = this.armed;
  }

  /** @param byPointer false for a press by the keyboard, which needs the focus on the button */
  async choose(choice: PromptChoice, byPointer: boolean): Promise<void> {
    const { view } = this;
    if (view === null || !this.armed || this.answered || (byPointer && !this.#pressed)) return;
    this.answered = true;
    // Main's own clock decides; a rejection means that it is gone or refuses us, and then nothing is given.
    const receipt = await this.#bridge.answer(view.question, choice).catch(() => 'stale' as const);
    if (receipt === 'stale') return this.#close();
    if (receipt === 'early') {
      this.answered = false;
      this.#arm(view.inert);
    }
  }

  #arm(inert: number): void {
    this.armed = false;
    this.#cancelArming();
    this.#cancelArming = this.#clock.after(inert, () => {
      this.armed = true;
    });
  }

  /** Main ends the question; this only shows it. */
  #countDown(remaining: number, since: number): void {
    this.left = Math.max(0, remaining - (this.#clock.elapsed() - since));
    if (this.left > 0) this.#clock.after(TICK, () => this.#countDown(remaining, since));
  }
}
