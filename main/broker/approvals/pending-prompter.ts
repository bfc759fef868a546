import type { PromptAnswer, Prompter, Question, Term } from '../types.ts';

/**
 * Asks nobody by itself: a question stays open until somebody answers it from a terminal, or until the gate
 * withdraws it. The gate names questions by IDs and keeps their order; here they are known by themselves.
 */
export class PendingPrompter implements Prompter {
  readonly #open = new Map<Question, (answer: PromptAnswer) => void>();
  /** Also of questions whose turn is still to come. */
  readonly #given = new WeakMap<Question, PromptAnswer>();
  #closed = false;

  ask(question: Question, _offers: readonly Term[], signal: AbortSignal): Promise<PromptAnswer> {
    const given = this.#given.get(question);
    if (signal.aborted || this.#closed) return Promise.resolve(NONE);
    if (given !== undefined) return Promise.resolve(given);
    return new Promise((resolve) => {
      const settle = (answer: PromptAnswer) => {
        signal.removeEventListener('abort', withdraw);
        this.#open.delete(question);
        resolve(answer);
      };
      const withdraw = () => settle(NONE);
      signal.addEventListener('abort', withdraw, { once: true });
      this.#open.set(question, settle);
    });
  }

  /**
   * The first answer counts.
   *
   * @param question one of the gate's `pending`, asked already or not yet
   * @returns false when it has an answer
   */
  answer(question: Question, answer: PromptAnswer): boolean {
    if (this.#given.has(question)) return false;
    this.#given.set(question, answer);
    this.#open.get(question)?.(answer);
    return true;
  }

  /** The agent ends: what is open and what would come is answered with nothing. */
  close(): void {
    this.#closed = true;
    for (const settle of [...this.#open.values()]) settle(NONE);
  }

  /** Has an answer that the gate may not have taken yet. */
  isAnswered(question: Question): boolean {
    return this.#given.has(question);
  }
}

const NONE: PromptAnswer = { kind: 'none' };
