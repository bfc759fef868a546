import type { Clock, Logger } from '../../effects.ts';
import type { Leaving } from '../departure.ts';
import type { PromptAnswer, Prompter, Question, Verdict } from '../types.ts';
import type { CoolDown } from './cool-down.ts';
import { offersFor } from './offers.ts';
import { type Entry, type Places, QuestionQueue, sharedKey } from './queue.ts';
import { NONE, refused } from './verdicts.ts';

export interface PromptingLimits {
  /** Milliseconds that a person has for an answer. */
  promptMs: number;
  /** Milliseconds that a withdrawn prompt may take to go away before the next one comes. */
  graceMs: number;
  /** Questions that wait, in all and of one asker. */
  total: number;
  perAsker: number;
}

export interface PromptingParts {
  prompter: Prompter;
  clock: Clock;
  /** From 0 to 1, for the IDs of questions. */
  random: () => number;
  log: Logger;
  limits: PromptingLimits;
  coolDown: CoolDown;
  /** Of several gates that stand for one. */
  places: Places | undefined;
  changed: (() => void) | undefined;
  /** What answers a question whose turn has come without a person; null: nothing does. */
  early: (question: Question) => Promise<Verdict | null>;
  /** What a person's answer comes to. @param signal aborted: the question was settled meanwhile */
  take: (question: Question, answer: PromptAnswer, signal: AbortSignal) => Promise<Verdict>;
}

/**
 * Puts questions to a person, one prompt after another, and tells everybody who waits. The first verdict of a question
 * counts; no answer in time, a prompt that fails and nobody left who waits are a no (CHECKLIST 35).
 */
export class Prompting {
  readonly #parts: PromptingParts;
  readonly #queue: QuestionQueue;
  readonly #shared = new Map<string, Entry>();
  #open: Entry | null = null;
  #running = false;

  constructor(parts: PromptingParts) {
    this.#parts = parts;
    this.#queue = new QuestionQueue(parts.limits);
  }

  /** True: it would get the answer to a question that waits already. */
  isShared(question: Question): boolean {
    return this.#shared.has(sharedKey(question) ?? '');
  }

  /** What has no answer yet, the one whose prompt is open first. */
  waiting(): Entry[] {
    // One that is settled may still wait for its window to go.
    const open = this.#open === null || this.#open.abort.signal.aborted ? [] : [this.#open];
    return [...open, ...this.#queue.all()];
  }

  /** Whether it is the one whose prompt is open. */
  isOpen(entry: Entry): boolean {
    return entry === this.#open;
  }

  /** Resolves with the verdict for this one caller, who may leave or have less time than the others. */
  ask(question: Question, leaving: Leaving): Promise<Verdict> {
    const key = sharedKey(question);
    const entry = (key === null ? undefined : this.#shared.get(key)) ?? this.#enqueue(question, key);
    if (entry === null) return Promise.resolve(refused('busy'));
    return new Promise((resolve) => {
      const done = (verdict: Verdict): void => {
        stopTimer();
        leaving.removeEventListener('abort', gone);
        entry.waiters.delete(done);
        resolve(verdict);
      };
      const gone = (): void => {
        done(refused('no-answer'));
        if (entry.waiters.size === 0) this.#settle(entry, refused('no-answer'));
      };
      const late = (): void => {
        done(refused('no-answer'));
        if (entry.waiters.size > 0) return;
        // A person who saw it left it unanswered, as after the gate's own limit.
        if (entry === this.#open) this.#settleUnanswered(entry);
        else this.#settle(entry, refused('no-answer'));
      };
      // Of each who waits: others may share the question and have more time.
      const { wait } = question;
      const stopTimer = wait === undefined ? () => undefined : this.#parts.clock.after(wait, late);
      entry.waiters.add(done);
      leaving.addEventListener('abort', gone, { once: true });
      void this.#run();
    });
  }

  /** Everything that waits, the open prompt too. */
  refuseAll(verdict: Verdict): void {
    const open = this.#open === null ? [] : [this.#open];
    for (const entry of [...open, ...this.#queue.all()]) this.#settle(entry, verdict);
  }

  #enqueue(question: Question, key: string | null): Entry | null {
    const { clock, random } = this.#parts;
    const id = `q-${Math.floor(random() * 2 ** 48).toString(16)}`;
    const entry = {
      id,
      question,
      since: clock.now(),
      waiters: new Set<never>(),
      abort: new AbortController(),
    };
    const { places } = this.#parts;
    if (places?.take() === false) return null;
    if (!this.#queue.push(entry)) {
      places?.free();
      return null;
    }
    if (key !== null) this.#shared.set(key, entry);
    this.#parts.changed?.();
    return entry;
  }

  /** One prompt after another, until nobody waits. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let entry = this.#queue.next(); entry !== undefined; entry = this.#queue.next()) {
      this.#open = entry;
      try {
        await this.#turn(entry);
      } catch (error) {
        this.#parts.log.error({ error }, 'an approval prompt failed; the request is refused');
        this.#settle(entry, refused('no-answer'));
      }
      this.#open = null;
    }
    this.#running = false;
  }

  async #turn(entry: Entry): Promise<void> {
    const { question, abort } = entry;
    // The answer before may have answered this one too.
    const early = await this.#parts.early(question);
    if (early !== null) return this.#settle(entry, early);
    if (abort.signal.aborted) return;
    if (this.#parts.coolDown.holds(question)) return this.#settle(entry, refused('cooling-down'));
    const answer = await this.#prompt(entry);
    // Settled meanwhile by lock, switch or the client's end: an answer that comes now is nobody's.
    if (abort.signal.aborted) return;
    this.#settle(entry, await this.#parts.take(question, answer, abort.signal));
  }

  /** Settles with the person's answer, or with 'none' after the limit and after anything withdrew the question. */
  async #prompt(entry: Entry): Promise<PromptAnswer> {
    const { clock, prompter } = this.#parts;
    const { terms } = offersFor(entry.question.caller.subject);
    const withdrawn = new AbortController();
    const withdraw = (): void => withdrawn.abort();
    entry.abort.signal.addEventListener('abort', withdraw, { once: true });
    const stopTimer = clock.after(this.#parts.limits.promptMs, withdraw);
    const asked = prompter.ask(entry.question, terms, withdrawn.signal);
    this.#parts.changed?.();
    const answer = await Promise.race([asked, whenAborted(withdrawn.signal)]);
    stopTimer();
    entry.abort.signal.removeEventListener('abort', withdraw);
    if (!withdrawn.signal.aborted) return answer;
    if (!entry.abort.signal.aborted) this.#settleUnanswered(entry);
    // The verdict is out; only the next prompt waits for this one's window to go.
    await Promise.race([
      asked.catch(() => NONE),
      new Promise<void>((resolve) => clock.after(this.#parts.limits.graceMs, resolve)),
    ]);
    return NONE;
  }

  #settleUnanswered(entry: Entry): void {
    this.#parts.coolDown.start(entry.question);
    this.#settle(entry, refused('no-answer'));
  }

  /** The first verdict counts; the entry is nobody's afterwards. */
  #settle(entry: Entry, verdict: Verdict): void {
    this.#queue.remove(entry);
    if (!entry.abort.signal.aborted) this.#parts.places?.free();
    const key = sharedKey(entry.question);
    if (key !== null && this.#shared.get(key) === entry) this.#shared.delete(key);
    for (const waiter of [...entry.waiters]) waiter(verdict);
    entry.abort.abort();
    this.#parts.changed?.();
  }
}

function whenAborted(signal: AbortSignal): Promise<PromptAnswer> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(NONE), { once: true }));
}
