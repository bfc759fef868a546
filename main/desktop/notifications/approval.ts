import type { WaitingQuestion } from '../waiting-questions.ts';
import type { NoticeEffects } from './effects.ts';

/** Milliseconds that a question waits. Servers take a notification away after 5 to 10 seconds, if not told. */
const WAITS = 60_000;

/**
 * Says that a program asks, beside the question's own window, which may be on another workspace. It answers
 * nothing: a click brings the window to the front.
 */
export class ApprovalNotices {
  readonly #effects: NoticeEffects;
  readonly #shown = new Map<string, () => void>();

  constructor(effects: NoticeEffects) {
    this.#effects = effects;
  }

  /** To be called with every change. */
  look(questions: readonly WaitingQuestion[]): void {
    const asked = questions.filter((question) => question.asked);
    for (const [id, takeBack] of this.#shown) {
      if (asked.some((question) => question.id === id)) continue;
      this.#shown.delete(id);
      takeBack();
    }
    for (const { id, title, who } of asked) {
      if (this.#shown.has(id)) continue;
      // A switch that is turned on later speaks of the next question.
      this.#shown.set(id, this.#effects.enabled() ? this.#show(title, who) : () => undefined);
    }
  }

  stop(): void {
    this.look([]);
  }

  #show(title: string, who: string): () => void {
    const raise = () => {
      this.#effects.act({ kind: 'question' });
    };
    const body = `${who}. It waits a minute for your answer.`;
    return this.#effects.port.show(
      { title, body, action: 'Look and answer', lasts: WAITS },
      { click: raise, action: raise },
    );
  }
}
