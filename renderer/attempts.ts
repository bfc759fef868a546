import type { Answer, Calls } from '../preload/contract.ts';

export type Way = Calls['signIn.start']['request']['way'];

/** A trip to the browser, whatever it is for: it may be cancelled, done by code instead, or tried again. */
export interface Attempt {
  /** Full scope strings, where the page knows them. */
  scopes: readonly string[] | null;
  way: Way;
  start: (way: Way) => Promise<Answer>;
  /** An offer is good for one trip only. */
  once?: true;
}

export interface AttemptEffects {
  /** Asks main to end what waits; false: it could not. */
  cancel: () => Promise<boolean>;
  begun: () => void;
  ended: (answer: Answer, cancelled: boolean) => void;
}

/** The sign-in under way or the last one: one at a time, whoever asks. */
export class Attempts {
  readonly #effects: AttemptEffects;
  #attempt: (Attempt & { cancelled?: true }) | null = null;
  #underWay = false;
  /** Settles when the last attempt has been answered; true: it went well. */
  #over: Promise<boolean> = Promise.resolve(false);

  constructor(effects: AttemptEffects) {
    this.#effects = effects;
  }

  get underWay(): boolean {
    return this.#underWay;
  }

  /** Null when this page does not know. */
  get scopes(): readonly string[] | null {
    return this.#attempt?.scopes ?? null;
  }

  /** While one is under way, its outcome is the answer to every other. */
  begin(attempt: Attempt): Promise<boolean> {
    if (!this.#underWay) this.#over = this.#run(attempt);
    return this.#over;
  }

  async cancel(): Promise<boolean> {
    if (this.#attempt !== null) this.#attempt.cancelled = true;
    return this.#effects.cancel();
  }

  /** Ends the browser attempt and starts again with the page that shows a code. */
  async pasteInstead(): Promise<void> {
    const attempt = this.#attempt;
    const ended = await this.cancel();
    // The browser attempt's own answer may still be on its way when its cancel has been answered.
    await this.#over;
    // A page that was reloaded meanwhile does not know what was asked: the user ticks again.
    if (ended && attempt !== null) await this.#again(attempt, 'paste');
  }

  /** @returns false when there is nothing that this page could start again */
  async again(way?: Way): Promise<boolean> {
    await this.#over;
    if (this.#attempt === null || this.#attempt.once) return false;
    await this.#again(this.#attempt, way ?? this.#attempt.way);
    return true;
  }

  #again({ scopes, start }: Attempt, way: Way): Promise<boolean> {
    return this.begin({ scopes, start, way });
  }

  async #run(attempt: Attempt & { cancelled?: true }): Promise<boolean> {
    this.#attempt = attempt;
    this.#underWay = true;
    this.#effects.begun();
    const answer = await attempt.start(attempt.way);
    this.#underWay = false;
    this.#effects.ended(answer, attempt.cancelled === true);
    return answer.ok;
  }
}
