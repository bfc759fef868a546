import type { PromptChoice, PromptReceipt, PromptView } from '../../../preload/prompt-contract.ts';
import type { PromptAnswer } from '../../broker/types.ts';
import type { Clock } from '../../effects.ts';

/**
 * Milliseconds in which a window that has just appeared takes no answer: longer than it takes to stop typing
 * or to let go of a pointer that was on its way to something else.
 */
export const INERT_MS = 700;

/** What a question shows; the rest of the view is time. */
export type PromptContent = Pick<PromptView, 'title' | 'body' | 'rows' | 'buttons' | 'demo'>;

/** One question from the moment it is asked: what the page may know of it and which answer counts. */
export class OpenQuestion {
  readonly answer: Promise<PromptAnswer>;
  readonly #id: string;
  readonly #content: PromptContent;
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #askedAt: number;
  #shownAt: number | null = null;
  #settled = false;
  #resolve: (answer: PromptAnswer) => void = () => undefined;

  /** @param limit milliseconds that the gate waits; shown, not enforced here */
  constructor(id: string, content: PromptContent, clock: Clock, limit: number) {
    this.#id = id;
    this.#content = content;
    this.#clock = clock;
    this.#limit = limit;
    this.#askedAt = clock.now();
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  view(): PromptView {
    const remaining = this.#limit - (this.#clock.now() - this.#askedAt);
    return {
      question: this.#id,
      ...this.#content,
      limit: this.#limit,
      remaining: Math.min(this.#limit, Math.max(0, remaining)),
      inert: INERT_MS,
    };
  }

  /** The window can be seen from now on. */
  shown(): void {
    this.#shownAt ??= this.#clock.now();
  }

  /** It came to the front again, under a pointer that may have been on its way to something else. */
  raised(): void {
    if (this.#shownAt !== null) this.#shownAt = this.#clock.now();
  }

  /** Takes one answer, one that was offered, to this question, once somebody could have read it. */
  take(question: string, choice: PromptChoice): PromptReceipt {
    const offered = this.#content.buttons.some((button) => button.choice === choice);
    if (this.#settled || question !== this.#id || !offered) return 'stale';
    // A clock set back meanwhile makes the wait longer, never shorter.
    if (this.#shownAt === null || this.#clock.now() - this.#shownAt < INERT_MS) return 'early';
    this.settle(answerOf(choice));
    return 'taken';
  }

  settle(answer: PromptAnswer): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#resolve(answer);
  }
}

function answerOf(choice: PromptChoice): PromptAnswer {
  return choice === 'deny' || choice === 'never' ? { kind: choice } : { kind: 'allow', term: choice };
}
