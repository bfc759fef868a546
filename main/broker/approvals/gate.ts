import type { Clock, Logger } from '../../effects.ts';
import type { RuleAnswer } from '../contract.ts';
import type { Approvals, PromptAnswer, Prompter, Question, Term, Verdict } from '../types.ts';
import type { Leaving } from '../departure.ts';
import { Alike } from './alike.ts';
import { CoolDown } from './cool-down.ts';
import { offersFor } from './offers.ts';
import { type Entry, type Places, QuestionQueue, sharedKey } from './queue.ts';
import type { RuleStore } from './rules.ts';
import { DENY_ALL, isUnanswered, NOBODY_ASKED, NONE, refused } from './verdicts.ts';

export interface ApprovalParts {
  rules: RuleStore;
  prompter: Prompter;
  clock: Clock;
  /** From 0 to 1, for the IDs of questions. */
  random: () => number;
  isLocked: () => boolean;
  log: Logger;
  limits?: Partial<ApprovalLimits>;
  /** What `pending` answers is not what it was: a question came, is asked now, or is settled. */
  changed?: () => void;
  /** Of several gates that stand for one; absent: the gate's own. */
  shared?: SharedByGates;
}

export interface SharedByGates {
  readonly coolDown: CoolDown;
  readonly places: Places;
}

export interface ApprovalLimits {
  /** Milliseconds that a person has for an answer. */
  promptMs: number;
  /** Milliseconds between a no and the next prompt of the same asker for the same scope. */
  coolDownMs: number;
  /** Milliseconds that a withdrawn prompt may take to go away before the next one comes. */
  graceMs: number;
  /** Questions that wait, in all and of one asker. */
  total: number;
  perAsker: number;
}

export const APPROVAL_LIMITS: ApprovalLimits = {
  promptMs: 60_000,
  coolDownMs: 60_000,
  graceMs: 2_000,
  total: 32,
  perAsker: 4,
};

/** A question that waits for a person. `asked`: its prompt is the one that is open. */
export interface PendingQuestion {
  readonly id: string;
  readonly question: Question;
  readonly offers: readonly Term[];
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly asked: boolean;
  /** Questions of other processes of the same script that wait for its answer. */
  readonly behind: number;
}

export interface Gate extends Approvals {
  /** While on, everything is refused without a prompt or a look at the rules; open questions too. */
  denyAll(on: boolean): void;
  /** Refuses everything that waits, at once; `isLocked` answers for what comes later. */
  lock(): void;
  pending(): PendingQuestion[];
  list(): Promise<RuleAnswer[]>;
  /** False: no such rule. @throws as `RuleStore.revoke` */
  revoke(id: string): Promise<boolean>;
}

/**
 * Decides who gets a token: deny-all switch, lock, rules, cool-down, a person, in this order. Whatever is not
 * a clear yes of the person or of a rule is a no (CHECKLIST 35); the switch and the lock are looked at again
 * after every wait.
 */
export function createApprovals(parts: ApprovalParts): Gate {
  return new ApprovalGate(parts);
}

class ApprovalGate implements Gate {
  readonly #parts: ApprovalParts;
  readonly #limits: ApprovalLimits;
  readonly #coolDown: CoolDown;
  readonly #queue: QuestionQueue;
  readonly #alike: Alike;
  readonly #shared = new Map<string, Entry>();
  #open: Entry | null = null;
  #running = false;
  #denyAll = false;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
    this.#limits = { ...APPROVAL_LIMITS, ...parts.limits };
    this.#coolDown = parts.shared?.coolDown ?? new CoolDown(parts.clock, this.#limits.coolDownMs);
    this.#queue = new QuestionQueue(this.#limits);
    this.#alike = new Alike(parts.clock);
  }

  async decide(question: Question, leaving: Leaving): Promise<Verdict> {
    const { clock } = this.#parts;
    const until = question.wait === undefined ? null : clock.now() + question.wait;
    let first: Verdict | null = null;
    for (let waiting = question; ;) {
      const early = this.#shut(leaving) ?? (await this.#byRule(waiting)) ?? this.#shut(leaving);
      if (early !== null) return early;
      // Not a no of anybody's: nothing cools down.
      if (waiting.wait === 0) return NOBODY_ASKED;
      if (this.#coolDown.holds(waiting)) return isUnanswered(first) ? first : refused('cooling-down');
      if (this.#isShared(waiting) || !this.#alike.hasFirst(waiting))
        return this.#alike.lead(waiting, this.#ask(waiting, leaving));
      first = await this.#alike.follow(waiting, leaving, waiting.wait);
      const left = until === null ? null : until - clock.now();
      if (first === null || (left !== null && left <= 0)) return refused('no-answer');
      if (left !== null) waiting = { ...question, wait: left };
    }
  }

  denyAll(on: boolean): void {
    this.#denyAll = on;
    if (on) this.#refuseAll(DENY_ALL);
  }

  lock(): void {
    this.#refuseAll(refused('locked'));
  }

  pending(): PendingQuestion[] {
    // One that is settled may still wait for its window to go.
    const open = this.#open === null || this.#open.abort.signal.aborted ? [] : [this.#open];
    return [...open, ...this.#queue.all()].map((entry) => ({
      id: entry.id,
      question: entry.question,
      offers: offersFor(entry.question.caller.subject).terms,
      since: entry.since,
      asked: entry === this.#open,
      behind: this.#alike.behind(entry.question),
    }));
  }

  list(): Promise<RuleAnswer[]> {
    return this.#parts.rules.list();
  }

  revoke(id: string): Promise<boolean> {
    return this.#parts.rules.revoke(id);
  }

  #shut(leaving?: Leaving): Verdict | null {
    if (this.#denyAll) return DENY_ALL;
    if (this.#parts.isLocked()) return refused('locked');
    return leaving?.aborted === true ? refused('no-answer') : null;
  }

  /** Null: no rule answers; rules that cannot be read answer nothing. A yes still has to find the door open. */
  async #byRule(question: Question): Promise<Verdict | null> {
    try {
      const rule = await this.#parts.rules.match(question);
      if (rule === null) return null;
      if (rule.answer === 'deny') return { kind: 'refused', reason: 'denied-by-rule', by: `rule:${rule.id}` };
      return this.#shut() ?? { kind: 'allowed', by: `rule:${rule.id}` };
    } catch (error) {
      this.#parts.log.error({ error }, 'the approval rules could not be asked');
      return null;
    }
  }

  #isShared(question: Question): boolean {
    return this.#shared.has(sharedKey(question) ?? '');
  }

  #ask(question: Question, leaving: Leaving): Promise<Verdict> {
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
    const places = this.#parts.shared?.places;
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
    const early = this.#shut() ?? (await this.#byRule(question)) ?? this.#shut();
    if (early !== null) return this.#settle(entry, early);
    if (abort.signal.aborted) return;
    if (this.#coolDown.holds(question)) return this.#settle(entry, refused('cooling-down'));
    const answer = await this.#prompt(entry);
    // Settled meanwhile by lock, switch or the client's end: an answer that comes now is nobody's.
    if (abort.signal.aborted) return;
    this.#settle(entry, await this.#take(question, answer, abort.signal));
  }

  /** Settles with the person's answer, or with 'none' after the limit and after anything withdrew the question. */
  async #prompt(entry: Entry): Promise<PromptAnswer> {
    const { clock, prompter } = this.#parts;
    const { terms } = offersFor(entry.question.caller.subject);
    const withdrawn = new AbortController();
    const withdraw = (): void => withdrawn.abort();
    entry.abort.signal.addEventListener('abort', withdraw, { once: true });
    const stopTimer = clock.after(this.#limits.promptMs, withdraw);
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
      new Promise<void>((resolve) => clock.after(this.#limits.graceMs, resolve)),
    ]);
    return NONE;
  }

  async #take(question: Question, answer: PromptAnswer, signal: AbortSignal): Promise<Verdict> {
    const offers = offersFor(question.caller.subject);
    switch (answer.kind) {
      case 'allow': {
        // Not one of the answers that were offered: not understood, so not a yes.
        if (!offers.terms.includes(answer.term)) return refused('no-answer');
        const shut = this.#shut(signal);
        if (shut !== null) return shut;
        await this.#parts.rules.add(question, answer.term);
        return this.#shut() ?? { kind: 'allowed', by: 'prompt' };
      }
      case 'never':
        this.#coolDown.start(question);
        await this.#parts.rules.add(question, 'never');
        return { kind: 'refused', reason: 'denied', by: 'prompt' };
      case 'deny':
        this.#coolDown.start(question);
        return { kind: 'refused', reason: 'denied', by: 'prompt' };
      case 'none':
        this.#coolDown.start(question);
        return refused('no-answer');
    }
  }

  #settleUnanswered(entry: Entry): void {
    this.#coolDown.start(entry.question);
    this.#settle(entry, refused('no-answer'));
  }

  #refuseAll(verdict: Verdict): void {
    const open = this.#open === null ? [] : [this.#open];
    for (const entry of [...open, ...this.#queue.all()]) this.#settle(entry, verdict);
  }

  /** The first verdict counts; the entry is nobody's afterwards. */
  #settle(entry: Entry, verdict: Verdict): void {
    this.#queue.remove(entry);
    if (!entry.abort.signal.aborted) this.#parts.shared?.places.free();
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
